package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Which roles Genesys gives a user. */
final class GenesysDirectory {
    private final GatewayConfig.RoleSource source;
    private final GenesysClient genesys;

    GenesysDirectory(GatewayConfig.RoleSource source, GenesysClient genesys) {
        this.source = source;
        this.genesys = genesys;
    }

    /** A user without attributes, or no user at all, has no role. @throws IOException when Genesys can't be asked, or does not say */
    Set<String> roles(String userId) throws IOException {
        // In a URL these mean another place.
        return userId.equals(".") || userId.equals("..") ? Set.of() : told(userId);
    }

    private Set<String> told(String userId) throws IOException {
        return switch (source) {
            case GatewayConfig.RoleSource.CustomAttribute(var schemaId) ->
                genesys.get("users", userId, "customattributes", schemaId)
                        .map(answer -> answer.at("/attributes/role"))
                        .filter(JsonNode::isTextual)
                        .map(role -> Set.of(role.asText()))
                        .orElse(Set.of());
            case GatewayConfig.RoleSource.AuthorizationRole() ->
                genesys.get("authorization", "subjects", userId)
                        .map(GenesysDirectory::granted)
                        .orElse(Set.of());
        };
    }

    private static Set<String> granted(JsonNode answer) {
        return StreamSupport.stream(answer.path("grants").spliterator(), false)
                .map(grant -> grant.at("/role/name").asText())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
