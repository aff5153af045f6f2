package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The commands that exist. What is not in it does not exist. */
public final class Catalogue {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private final Map<String, CommandSpec> commands;

    private Catalogue(Map<String, CommandSpec> commands) {
        this.commands = Collections.unmodifiableMap(commands);
    }

    /** The catalogue that ships. */
    public static Catalogue shipped() {
        return of(StrictFile.shipped("commands"));
    }

    /** @throws IllegalArgumentException naming each fault with its line */
    public static Catalogue read(Path file) {
        return of(StrictFile.read("commands", file));
    }

    public Optional<CommandSpec> command(String name) {
        return Optional.ofNullable(commands.get(name));
    }

    /** In the order of the file, which is the order of the widget's buttons. */
    public Collection<CommandSpec> commands() {
        return commands.values();
    }

    private static Catalogue of(JsonNode file) {
        var commands = new LinkedHashMap<String, CommandSpec>();
        file.path("commands")
                .properties()
                .forEach(entry -> commands.put(entry.getKey(), spec(entry.getKey(), entry.getValue())));
        for (var spec : commands.values()) {
            spec.probe().ifPresent(probe -> requireReadOnly(commands, spec.name(), probe));
        }
        return new Catalogue(commands);
    }

    private static void requireReadOnly(Map<String, CommandSpec> commands, String name, CommandSpec.Probe probe) {
        var reader = commands.get(probe.command());
        if (reader == null || reader.safety() != CommandSpec.Safety.REPEATABLE) {
            throw new IllegalArgumentException(
                    "the probe of " + name + " must be a repeatable command of the catalogue");
        }
    }

    private static CommandSpec spec(String name, JsonNode node) {
        var params = node.path("params");
        return new CommandSpec(
                name,
                node.path("title").asText(),
                node.path("description").asText(),
                params,
                SCHEMAS.getSchema(params),
                node.path("safety").asText().equals("once") ? CommandSpec.Safety.ONCE : CommandSpec.Safety.REPEATABLE,
                node.path("risk").asText().equals("high") ? CommandSpec.Risk.HIGH : CommandSpec.Risk.LOW,
                text(node, "role"),
                Durations.parse(node.path("deadline").asText()),
                text(node, "deadlineParam"),
                Durations.parse(node.path("waits").asText()),
                Optional.ofNullable(node.get("probe")).map(Catalogue::probe));
    }

    private static CommandSpec.Probe probe(JsonNode node) {
        var params = node.path("params").isObject() ? node.path("params").toString() : "{}";
        return new CommandSpec.Probe(
                node.path("command").asText(), params, texts(node.path("counters")), texts(node.path("uptimes")));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field)).map(JsonNode::asText);
    }
}
