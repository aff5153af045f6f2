package io.probeline.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A file of one JSON object a line, only ever appended to; what {@link #append} returned from is on the disk. */
final class JsonLines<T> implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel file;
    private final List<T> replayed;

    private JsonLines(FileChannel file, List<T> replayed) {
        this.file = file;
        this.replayed = replayed;
    }

    static <T> JsonLines<T> open(Path path, Class<T> type) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new JsonLines<>(file, replay(path, file, type));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** What was in the file when it was opened. */
    List<T> replayed() {
        return replayed;
    }

    void append(T value) throws IOException {
        var line = ByteBuffer.wrap((JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8));
        var start = file.position();
        try {
            while (line.hasRemaining()) {
                file.write(line);
            }
            file.force(false);
        } catch (IOException e) {
            // Half a line would spoil the next one.
            file.truncate(start);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** A last line without its end was never confirmed to anyone, so it is cut off. */
    private static <T> List<T> replay(Path path, FileChannel file, Class<T> type) throws IOException {
        var bytes = Files.readAllBytes(path);
        var length = bytes.length;
        while (length > 0 && bytes[length - 1] != '\n') {
            length--;
        }
        file.truncate(length);
        file.position(length);
        var values = new ArrayList<T>();
        for (var line :
                new String(bytes, 0, length, StandardCharsets.UTF_8).lines().toList()) {
            try {
                values.add(JSON.readValue(line, type));
            } catch (JsonProcessingException e) {
                throw new IOException("%s, line %d: %s".formatted(path, values.size() + 1, e.getOriginalMessage()), e);
            }
        }
        return List.copyOf(values);
    }
}
