package io.probeline.testkit;

import io.probeline.testkit.Appliance.Admission;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.java_websocket.handshake.ClientHandshake;
import org.jspecify.annotations.Nullable;

/** Who gets in: the path names a device, the secret must be that device's, and the appliance has the last word. */
final class DeviceDoor {
    private static final String PROTOCOL = "probeline.v1";

    private final Pattern path;
    private final Function<String, @Nullable Registration> registered;

    /** A device, its secret, and what it is. */
    record Registration(String secret, DeviceLine line) {}

    /** The answer to a handshake; the line is null where the device is unknown. */
    record Answer(
            String deviceId, Admission admission, @Nullable DeviceLine line) {}

    DeviceDoor(String basePath, Function<String, @Nullable Registration> registered) {
        this.path = Pattern.compile(Pattern.quote(basePath) + "/v1/devices/([^/?]+)/session(?:\\?.*)?");
        this.registered = registered;
    }

    Answer open(ClientHandshake request, Instant now) {
        var matcher = path.matcher(request.getResourceDescriptor());
        if (!matcher.matches()) {
            return new Answer("", new Admission.Refuse(404), null);
        }
        var deviceId = URLDecoder.decode(matcher.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        var device = registered.apply(deviceId);
        if (device == null) {
            return new Answer(deviceId, new Admission.Refuse(404), null);
        }
        return new Answer(deviceId, admit(device, request, now), device.line());
    }

    private static Admission admit(Registration device, ClientHandshake request, Instant now) {
        if (!request.getFieldValue("Authorization").equals("Bearer " + device.secret())) {
            return new Admission.Refuse(401);
        }
        if (!offers(request.getFieldValue("Sec-WebSocket-Protocol"))) {
            return new Admission.Refuse(400);
        }
        return device.line().appliance().admit(now);
    }

    private static boolean offers(String protocols) {
        return Arrays.stream(protocols.split(",", -1)).map(String::trim).anyMatch(PROTOCOL::equals);
    }

    /** For the history: lower-case names, and the secret left out. */
    static Map<String, String> headers(ClientHandshake request) {
        var headers = new TreeMap<String, String>();
        for (Iterator<String> names = request.iterateHttpFields(); names.hasNext(); ) {
            var name = names.next();
            headers.put(name.toLowerCase(Locale.ROOT), request.getFieldValue(name));
        }
        headers.remove("authorization");
        return headers;
    }

    /** The sub-protocol to select, unless none is. */
    static Optional<String> subprotocol(Admission.Accept accept) {
        return Optional.of(accept.subprotocol()).filter(p -> !p.isEmpty());
    }
}
