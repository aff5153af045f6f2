package io.probeline.processor;

import io.probeline.runtime.World;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules in force: read anew when their file has changed, and kept where what it then holds is broken. The file is looked at by its
 * content, so that a rename over it and a swapped link (as a cluster mounts its configuration) are seen like a change in place; and what is
 * new is taken when it was the same twice, so that half a file is never taken for a whole one.
 *
 * <p>One thread looks; any may ask.
 */
final class RulesFile implements Supplier<Terms>, AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Many times what every metric that a device may have needs; more is no rules file. */
    private static final int LARGEST = 1_048_576;

    /** What no file is: it is larger than any that is read. */
    private static final byte[] NONE = new byte[LARGEST + 1];

    private static final Logger LOG = LoggerFactory.getLogger(RulesFile.class);

    private final Path file;
    private final ProcessorMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Terms terms;
    private volatile Optional<String> trouble = Optional.empty();
    private byte[] judged;
    private byte[] seen;

    private RulesFile(Path file, byte[] bytes, Terms terms, ProcessorMetrics metrics) {
        this.file = file;
        this.metrics = metrics;
        this.terms = terms;
        this.judged = bytes;
        this.seen = bytes;
    }

    /**
     * Reads it for the first time.
     *
     * @param before all terms but the rules
     * @throws IllegalArgumentException naming each fault with its line: a service does not begin with a broken file
     */
    static RulesFile open(Path file, Terms before, ProcessorMetrics metrics) {
        try {
            var bytes = read(file);
            return new RulesFile(file, bytes, before.with(rules(file, bytes)), metrics);
        } catch (IOException e) {
            throw new IllegalArgumentException(unreadable(file, e), e);
        }
    }

    /** Looks at the file every second from now on. */
    RulesFile watched(World world, Consumer<Throwable> fail) {
        world.threads().start("metric-rules", () -> {
            try {
                while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    look();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                fail.accept(e);
            }
        });
        return this;
    }

    @Override
    public Terms get() {
        return terms;
    }

    /** Why the rules in force are not those of the file, with line and reason; empty while they are. */
    Optional<String> trouble() {
        return trouble;
    }

    /** Once, by one thread at a time. */
    void look() {
        try {
            var now = read(file);
            if (!Arrays.equals(now, seen)) {
                seen = now;
            } else if (!Arrays.equals(now, judged)) {
                judged = now;
                judge(now);
            }
        } catch (IOException e) {
            // Also that is a state of the file: the same rules that come back are read again.
            seen = NONE;
            judged = NONE;
            refuse(unreadable(file, e));
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void judge(byte[] bytes) {
        try {
            terms = terms.with(rules(file, bytes));
            trouble = Optional.empty();
            metrics.rulesTaken();
            LOG.info("{} has changed; its rules hold from the next window on", file);
        } catch (IllegalArgumentException e) {
            refuse(String.valueOf(e.getMessage()));
        }
    }

    /** Told once for each new reason. */
    private void refuse(String why) {
        if (!trouble.equals(Optional.of(why))) {
            trouble = Optional.of(why);
            metrics.rulesRefused();
            LOG.error("the rules before stay in force: {}", why);
        }
    }

    private static MetricRules rules(Path file, byte[] bytes) {
        return MetricRules.parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
    }

    private static byte[] read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException("more than " + LARGEST + " bytes");
            }
            return bytes;
        }
    }

    private static String unreadable(Path file, IOException why) {
        return why instanceof NoSuchFileException
                ? file + " is not there"
                : file + " can't be read: " + why.getMessage();
    }
}
