package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.EventStream.Behind;
import io.probeline.gateway.Parked.Read;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How a stream lives and ends, by a clock of its own that moves with each write. */
class EventStreamTest {
    private static final SharedSite.Session S1 =
            new SharedSite.Session("interaction of S1", "device", "S1", new Client.Reply(202, Map.of(), ""));

    private final AtomicLong later = new AtomicLong();
    private final Board board = new Board(line -> "said");
    private final List<SessionRequest> watched = new ArrayList<>();
    private int asks;
    private int staysFor = Integer.MAX_VALUE;
    private final EventStream stream = new EventStream(
            board, (interaction, caller) -> asks++ < staysFor, IssuerKeysTest.world(later), watched::add);
    private long offset;

    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    EventStreamTest() {
        board.fold(
                new Read(
                        Feed.SESSIONS,
                        offset++,
                        Instant.now(),
                        DeviceStandingTest.session("S1", 1, SessionState.RUNNING)),
                Instant.now());
    }

    @Test
    void saysThatItIsStillThereAndEndsWithItsToken() throws IOException, InterruptedException {
        var out = new Recorded(write -> later.addAndGet(EventStream.COMMENT.toNanos()));
        stream.write(session(), Optional.empty(), caller(Duration.ofSeconds(150)), out);
        var text = out.text();
        assertTrue(text.startsWith("event: session\nid: S1~s1~1\ndata: {\"sessionId\":\"S1\""), text);
        assertEquals(9, text.split(": still here\n\n", -1).length - 1, text);
        assertEquals(0, board.size().readers());
        assertEquals(
                List.of(RequestKind.WATCHED, RequestKind.WATCHED, RequestKind.WATCHED),
                watched.stream().map(SessionRequest::getKind).toList());
        assertEquals("agent", watched.getFirst().getRequestedBy());
    }

    @Test
    void endsForWhoTakesPartInTheCallNoMore() throws IOException, InterruptedException {
        staysFor = 1;
        var out = new Recorded(write -> later.addAndGet(EventStream.COMMENT.toNanos()));
        stream.write(session(), Optional.empty(), caller(Duration.ofHours(1)), out);
        assertEquals(2, asks, "once a minute");
        assertEquals(7, out.text().split(": still here\n\n", -1).length - 1, out.text());
        assertEquals(0, board.size().readers());
        assertEquals(2, watched.size(), "who is out keeps no session alive");
    }

    @Test
    void cutsOffWhoFallsBehind() {
        var out = new Recorded(write -> {
            for (int i = 0; i < Subscription.BEHIND + 10; i++) {
                board.fold(
                        new Read(
                                Feed.DEVICE_EVENTS,
                                offset++,
                                Instant.now(),
                                Records.command(S1, DeviceEventKind.COMMAND_PROGRESS, "c", "x")),
                        Instant.now());
            }
            assertTrue(Thread.interrupted(), "a write that hangs must be interrupted");
        });
        assertThrows(Behind.class, () -> stream.write(session(), Optional.empty(), caller(Duration.ofHours(1)), out));
        assertEquals(0, board.size().readers());
    }

    @Test
    void endsWithItsSession() throws IOException, InterruptedException {
        var out = new Recorded(write -> {
            board.fold(
                    new Read(
                            Feed.SESSIONS,
                            offset++,
                            Instant.now(),
                            DeviceStandingTest.session("S1", 1, SessionState.CLOSED)),
                    Instant.now());
            board.sweep(Instant.now().plusSeconds(90));
        });
        stream.write(session(), Optional.empty(), caller(Duration.ofHours(1)), out);
        assertTrue(out.text().contains("\"state\":\"CLOSED\""));
    }

    @Test
    void letsGoOfAReaderWhoIsGone() {
        var out = new Recorded(write -> {
            throw new java.io.UncheckedIOException(new IOException("gone"));
        });
        assertThrows(
                java.io.UncheckedIOException.class,
                () -> stream.write(session(), Optional.empty(), caller(Duration.ofHours(1)), out));
        assertEquals(0, board.size().readers());
    }

    private Board.Now session() {
        return board.interaction(S1.interaction()).orElseThrow();
    }

    private static Caller caller(Duration lifetime) {
        return new Caller("agent", Set.of(Caller.READ), Instant.now().plus(lifetime));
    }

    /** What was written; does something after each flush, with the number of it. */
    private static final class Recorded extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final IntConsumer flushed;
        private int flushes;

        Recorded(IntConsumer flushed) {
            this.flushed = flushed;
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }

        @Override
        public void write(byte[] all, int from, int length) {
            bytes.write(all, from, length);
        }

        @Override
        public void flush() {
            flushed.accept(flushes++);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
