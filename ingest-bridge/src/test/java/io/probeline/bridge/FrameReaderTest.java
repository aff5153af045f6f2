package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 as a client reads it, however the bytes are cut. */
class FrameReaderTest {
    private final List<String> messages = new ArrayList<>();
    private final List<byte[]> heads = new ArrayList<>();
    private final List<Framedata> control = new ArrayList<>();
    private final FrameReader reader = new FrameReader(new FrameReader.Sink() {
        @Override
        public void text(byte[] bytes, int offset, int length) {
            messages.add("text " + new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void binary(byte[] head, long size) {
            messages.add("binary " + size);
            heads.add(head);
        }

        @Override
        public void oversized(byte[] head, long size) {
            messages.add("oversized " + size);
            heads.add(head);
        }
    });

    private void read(byte[] bytes) throws InvalidDataException {
        reader.read(ByteBuffer.wrap(bytes), control);
    }

    private static byte[] frame(int first, byte[] payload) {
        var out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length < 126) {
            out.write(payload.length);
        } else if (payload.length < 65_536) {
            out.write(126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static byte[] text(String text) {
        return frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int length) {
        return "x".repeat(length).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Test
    void wholeFramesInOneRead() throws InvalidDataException {
        read(joined(text("one"), text(""), text("y".repeat(300))));
        assertEquals(List.of("text one", "text ", "text " + "y".repeat(300)), messages);
    }

    @Test
    void aMessageOfExactlyTheLimitIsRead() throws InvalidDataException {
        read(frame(0x81, bytes(FrameReader.MOST)));
        assertEquals(List.of("text " + "x".repeat(FrameReader.MOST)), messages);
    }

    @Test
    void oneByteMoreIsPassedOverAndTheNextIsRead() throws InvalidDataException {
        read(joined(frame(0x81, bytes(FrameReader.MOST + 1)), text("next")));
        assertEquals(List.of("oversized 65537", "text next"), messages);
        assertEquals(FrameReader.KEPT, heads.getFirst().length);
    }

    @Test
    void fragmentsMakeAMessageAndControlFramesComeBetween() throws InvalidDataException {
        read(joined(
                frame(0x01, "he".getBytes(StandardCharsets.UTF_8)),
                frame(0x89, bytes(3)),
                frame(0x00, "l".getBytes(StandardCharsets.UTF_8)),
                frame(0x80, "lo".getBytes(StandardCharsets.UTF_8)),
                text("next")));
        assertEquals(List.of("text hello", "text next"), messages);
        assertEquals(1, control.size());
    }

    @Test
    void fragmentsThatGrowTooLongAreOversized() throws InvalidDataException {
        read(joined(frame(0x01, bytes(40_000)), frame(0x00, bytes(40_000)), frame(0x80, bytes(1)), text("next")));
        assertEquals(List.of("oversized 80001", "text next"), messages);
    }

    @Test
    void binaryIsToldByItsHead() throws InvalidDataException {
        read(joined(frame(0x82, bytes(5_000)), frame(0x02, bytes(2)), frame(0x80, bytes(2))));
        assertEquals(List.of("binary 5000", "binary 4"), messages);
        assertArrayEquals(bytes(1_024), heads.get(0));
        assertArrayEquals(bytes(4), heads.get(1));
    }

    @Test
    void nothingIsReadAfterAClose() throws InvalidDataException {
        read(joined(text("last"), frame(0x88, new byte[] {0x03, (byte) 0xe8, 'b', 'y', 'e'}), text("too late")));
        assertEquals(List.of("text last"), messages);
        assertEquals(1_000, reader.closeCode());
        assertEquals("bye", ((CloseFrame) control.getFirst()).getMessage());
    }

    @Test
    void aCloseWithoutCodeIsOne() throws InvalidDataException {
        read(frame(0x88, new byte[0]));
        assertEquals(CloseFrame.NOCODE, reader.closeCode(), "not 1000, which would end the session");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8180", // masked
                "c100", // a reserved bit
                "8300", // an opcode that is none
                "8000", // a continuation of nothing
                "09017f", // a control frame in fragments
                "897e0080", // a long control frame
                "817fffffffffffffffff", // a negative length
                "880100", // a close code of one byte
                "880303e8ff", // a close reason that is no UTF-8
                "880403e8e282", // one that is cut within a character
                "010178" + "810178" // a message within a message
            })
    void whatIsNoWebSocketIsRefused(String hex) {
        assertThrows(
                InvalidDataException.class, () -> read(java.util.HexFormat.of().parseHex(hex)));
    }

    /** Any cut of any stream gives the same messages as the whole. */
    @Test
    void cutsDoNotMatter() throws InvalidDataException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            var stream = stream(random);
            messages.clear();
            control.clear();
            read(stream);
            var whole = List.copyOf(messages);
            int controls = control.size();
            messages.clear();
            control.clear();
            for (int at = 0; at < stream.length; ) {
                int some = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 30_000));
                reader.read(ByteBuffer.wrap(stream, at, some), control);
                at += some;
            }
            assertEquals(whole, messages, "seed " + seed + ", round " + round);
            assertEquals(controls, control.size());
        }
    }

    private static byte[] stream(Random random) {
        var out = new ByteArrayOutputStream();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int length = random.nextInt(random.nextInt(4) == 0 ? 100_000 : 300);
            int opcode = random.nextInt(4) == 0 ? 2 : 1;
            int fragments = random.nextInt(3);
            for (int f = 0; f <= fragments; f++) {
                boolean last = f == fragments;
                out.writeBytes(frame((last ? 0x80 : 0) | (f == 0 ? opcode : 0), bytes(length)));
                if (random.nextInt(3) == 0) {
                    out.writeBytes(frame(0x89 + random.nextInt(2), bytes(random.nextInt(126))));
                }
            }
        }
        return out.toByteArray();
    }
}
