package io.probeline.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.runtime.Running.StartFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.function.Supplier;

/** The boots of one appliance as a file, so that an appliance does not forget them when its stand-in is restarted. */
record BootFile(Path file) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the file holds; where there is none yet, what the appliance begins with, which the file holds then. */
    Boots open(Supplier<Boots> first) {
        try {
            return decode(JSON.readTree(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return begin(first.get());
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new StartFailed(file + " is no appliance's state; delete it to begin anew", e);
        } catch (IOException e) {
            throw new StartFailed(file + " can't be read: " + e, e);
        }
    }

    private Boots begin(Boots boots) {
        try {
            write(boots);
            return boots;
        } catch (IOException e) {
            throw new StartFailed(file + " can't be written: " + e, e);
        }
    }

    /** Whole or not at all: the quickstart may be killed at any time. */
    void write(Boots boots) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, encode(boots));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String encode(Boots boots) {
        var json = JSON.createObjectNode()
                .put("bootCounter", boots.counter())
                .put("bootedAt", boots.last().toString());
        var reboots = json.putObject("reboots");
        boots.byCommand().forEach(reboots::put);
        return json.toPrettyString();
    }

    private static Boots decode(JsonNode json) {
        var byCommand = new LinkedHashMap<String, Long>();
        json.path("reboots").properties().forEach(e -> byCommand.put(e.getKey(), counter(e.getValue())));
        var last = Instant.parse(json.path("bootedAt").asText());
        return new Boots(counter(json.path("bootCounter")), last, byCommand);
    }

    private static long counter(JsonNode node) {
        if (!node.canConvertToLong() || !node.isIntegralNumber()) {
            throw new IllegalArgumentException("a boot counter is no number");
        }
        return node.longValue();
    }
}
