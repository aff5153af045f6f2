package io.probeline.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An issuer and what it signs with.
 *
 * @param issuer its URL, as in the claim
 * @param generations newest first; the newest signs, the others are still published
 */
public record OidcKeys(String issuer, List<Generation> generations) {
    private static final int MOST_GENERATIONS = 3;

    /** A key for each algorithm. */
    public record Generation(RSAKey rsa, ECKey ec) {
        static Generation generate() {
            try {
                return new Generation(
                        new RSAKeyGenerator(2048)
                                .keyUse(KeyUse.SIGNATURE)
                                .algorithm(JWSAlgorithm.RS256)
                                .keyIDFromThumbprint(true)
                                .generate(),
                        new ECKeyGenerator(Curve.P_256)
                                .keyUse(KeyUse.SIGNATURE)
                                .algorithm(JWSAlgorithm.ES256)
                                .keyIDFromThumbprint(true)
                                .generate());
            } catch (JOSEException e) {
                throw new IllegalStateException("this JDK can't make RSA and EC keys", e);
            }
        }
    }

    public OidcKeys {
        generations = List.copyOf(generations);
    }

    public static OidcKeys generate(String issuer) {
        return new OidcKeys(issuer, List.of(Generation.generate()));
    }

    /** What {@link #save} has written. */
    public static OidcKeys load(Path file) throws IOException {
        try {
            var set = JWKSet.parse(Files.readString(file));
            var issuer = String.valueOf(set.getAdditionalMembers().get("issuer"));
            var keys = set.getKeys();
            var generations = new ArrayList<Generation>();
            for (int i = 0; i + 1 < keys.size(); i += 2) {
                generations.add(
                        new Generation(keys.get(i).toRSAKey(), keys.get(i + 1).toECKey()));
            }
            return new OidcKeys(issuer, generations);
        } catch (ParseException | ClassCastException e) {
            throw new IOException("%s holds no issuer's keys: %s".formatted(file, e.getMessage()), e);
        }
    }

    static Optional<OidcKeys> loadIfThere(Path file) throws IOException {
        try {
            return Optional.of(load(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Writes a file that only its owner may read, whole or not at all. */
    public void save(Path file) throws IOException {
        var folder = Files.createDirectories(file.toAbsolutePath().getParent());
        var draft = Files.createTempFile(
                folder,
                "keys",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        var text = new JWKSet(jwks(), Map.of("issuer", issuer)).toString(false);
        Files.write(draft, text.getBytes(StandardCharsets.UTF_8));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    OidcKeys at(String newIssuer) {
        return new OidcKeys(newIssuer, generations);
    }

    /** New keys sign from now on; what the old ones have signed is still good. */
    OidcKeys rotated() {
        var more = new ArrayList<Generation>();
        more.add(Generation.generate());
        generations.stream().limit(MOST_GENERATIONS - 1).forEach(more::add);
        return new OidcKeys(issuer, more);
    }

    /** Only the newest keys are left: what older ones have signed is good no more. */
    OidcKeys withoutOld() {
        return new OidcKeys(issuer, List.of(newest()));
    }

    Generation newest() {
        return generations.getFirst();
    }

    /** The document behind {@code jwks_uri}: without the private parts. */
    String published() {
        return new JWKSet(jwks()).toPublicJWKSet().toString();
    }

    private List<JWK> jwks() {
        return generations.stream()
                .flatMap(generation -> Stream.<JWK>of(generation.rsa(), generation.ec()))
                .toList();
    }
}
