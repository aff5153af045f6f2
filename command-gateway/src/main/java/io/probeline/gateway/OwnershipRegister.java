package io.probeline.gateway;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who owns which device: 200 says yes, 404 says no, and anything else says nothing, so that no new trust is given. */
final class OwnershipRegister {
    private static final Logger LOG = LoggerFactory.getLogger(OwnershipRegister.class);

    private final HttpUrl base;
    private final OkHttpClient http;
    private final GatewayMetrics metrics;

    /** What the register says. */
    enum Word {
        OWNS,
        DOES_NOT_OWN,
        NOTHING
    }

    /** @param http ends each call within a time that a request can wait */
    OwnershipRegister(String url, OkHttpClient http, GatewayMetrics metrics) {
        this.base = HttpUrl.get(url);
        this.http = http;
        this.metrics = metrics;
    }

    Word ask(String customerId, String deviceId) {
        var word = dots(customerId) || dots(deviceId) ? Word.DOES_NOT_OWN : answered(customerId, deviceId);
        metrics.ownershipLookup(word.name().toLowerCase(java.util.Locale.ROOT));
        return word;
    }

    /** Valid ids, but in a URL they mean another place: nobody owns them. */
    private static boolean dots(String id) {
        return id.equals(".") || id.equals("..");
    }

    private Word answered(String customerId, String deviceId) {
        var url = base.newBuilder()
                .addPathSegment("customers")
                .addPathSegment(customerId)
                .addPathSegment("devices")
                .addPathSegment(deviceId)
                .build();
        try (var response = http.newCall(new Request.Builder().url(url).build()).execute()) {
            return switch (response.code()) {
                case 200 -> Word.OWNS;
                case 404 -> Word.DOES_NOT_OWN;
                default -> {
                    LOG.warn("the ownership register answered {}", response.code());
                    yield Word.NOTHING;
                }
            };
        } catch (IOException e) {
            LOG.warn("the ownership register can't be asked: {}", e.toString());
            return Word.NOTHING;
        }
    }
}
