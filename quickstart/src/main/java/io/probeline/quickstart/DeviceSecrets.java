package io.probeline.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The secrets of the stand-in appliances, made once and kept in a file that only its owner may read: who names a real vault
 * but no real backend puts them there.
 */
final class DeviceSecrets {
    private static final int BYTES = 24;

    private final Path file;
    private final Properties secrets;

    private DeviceSecrets(Path file, Properties secrets) {
        this.file = file;
        this.secrets = secrets;
    }

    static DeviceSecrets open(Path file) throws IOException {
        var secrets = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                secrets.load(reader);
            }
        }
        return new DeviceSecrets(file, secrets);
    }

    String of(String deviceId) {
        return (String) secrets.computeIfAbsent(deviceId, id -> made());
    }

    void save() throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (var writer = Files.newBufferedWriter(file)) {
            secrets.store(writer, "secrets of the stand-in appliances");
        }
    }

    private static String made() {
        var bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
