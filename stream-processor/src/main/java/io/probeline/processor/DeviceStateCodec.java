package io.probeline.processor;

import io.probeline.record.Session;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;

/** A device's state in the changelog: a version byte, what the session does not say itself, then the session as in its topic. */
final class DeviceStateCodec implements WriteBehindStore.Codec<DeviceState> {
    private static final byte VERSION = 1;
    private static final int HEAD = 1 + Long.BYTES + 1;

    private final AvroFormat<Session> sessions;

    DeviceStateCodec(AvroFormat<Session> sessions) {
        this.sessions = sessions;
    }

    @Override
    public byte[] encode(DeviceState state) {
        var session = sessions.encode(state.session());
        return ByteBuffer.allocate(HEAD + session.length)
                .put(VERSION)
                .putLong(state.shownActiveAt().toEpochMilli())
                .put((byte) (state.lostSaid() ? 1 : 0))
                .put(session)
                .array();
    }

    @Override
    public DeviceState decode(byte[] bytes) {
        var head = ByteBuffer.wrap(bytes);
        byte version = head.get();
        if (version != VERSION) {
            throw new IllegalStateException(
                    "the changelog holds a session of version " + version + ", this program writes " + VERSION);
        }
        var shown = Instant.ofEpochMilli(head.getLong());
        boolean lostSaid = head.get() == 1;
        return switch (sessions.decode(Arrays.copyOfRange(bytes, HEAD, bytes.length))) {
            case Decoded.Ok<Session>(var session) -> new DeviceState(session, shown, lostSaid, 0);
            case Decoded.Rejected<Session>(var reason, var detail) ->
                throw new IllegalStateException("the changelog holds no session: " + reason + ", " + detail);
        };
    }
}
