package io.probeline.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** The one token of this process: taken when it is first needed, renewed before it ends, dropped when it is refused. Any thread may ask. */
final class GenesysToken {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Renewed when a tenth of its life is left, and a minute before its end at the latest. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    /** Those who waited for a login that failed hear of it, instead of trying it themselves one after the other. */
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

    private record Held(String token, long renewAtNanos) {}

    private record Failure(String why, long untilNanos) {}

    private final String loginUrl;
    private final SinkConfig.Client client;
    private final OkHttpClient http;
    private final World world;
    private Optional<Held> held = Optional.empty();
    private Optional<Failure> failure = Optional.empty();

    GenesysToken(String loginUrl, SinkConfig.Client client, OkHttpClient http, World world) {
        this.loginUrl = loginUrl;
        this.client = client;
        this.http = http;
        this.world = world;
    }

    /** A token that is good; whoever comes while one is fetched waits for that one, so there is never a second. */
    synchronized String token() throws NoToken {
        var good = held.filter(h -> world.nanos() - h.renewAtNanos() < 0);
        if (good.isPresent()) {
            return good.get().token();
        }
        var before = failure.filter(f -> world.nanos() - f.untilNanos() < 0);
        if (before.isPresent()) {
            throw new NoToken(before.get().why());
        }
        try {
            var fresh = fetch();
            held = Optional.of(fresh);
            failure = Optional.empty();
            return fresh.token();
        } catch (NoToken e) {
            failure = Optional.of(new Failure(String.valueOf(e.getMessage()), world.nanos() + FAILURE_KEPT.toNanos()));
            throw e;
        }
    }

    /** It was refused; one that has been fetched since stays. */
    synchronized void drop(String refused) {
        held = held.filter(h -> !h.token().equals(refused));
    }

    private Held fetch() throws NoToken {
        var request = new Request.Builder()
                .url(loginUrl + "/oauth/token")
                .header("Authorization", Credentials.basic(client.id(), client.secret()))
                .post(new FormBody.Builder()
                        .add("grant_type", "client_credentials")
                        .build())
                .build();
        try (var response = http.newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new NoToken("the login answered " + response.code());
            }
            var body = JSON.readTree(response.body().string());
            var token = body.path("access_token").asText();
            if (token.isEmpty()) {
                throw new NoToken("the login gave no token");
            }
            return new Held(
                    token,
                    world.nanos() + life(body.path("expires_in").asLong(0)).toNanos());
        } catch (JsonProcessingException e) {
            throw new NoToken("the login did not answer in JSON");
        } catch (IOException e) {
            throw new NoToken("the login can't be reached: " + e.getClass().getSimpleName());
        }
    }

    private static Duration life(long seconds) {
        var whole =
                Duration.ofSeconds(Math.clamp(seconds, 0, Duration.ofDays(30).toSeconds()));
        var margin = whole.dividedBy(10);
        return whole.minus(margin.compareTo(MARGIN) < 0 ? margin : MARGIN);
    }

    /** There is no token to be had now; the message carries no secret. */
    static final class NoToken extends Exception {
        private static final long serialVersionUID = 1L;

        NoToken(String message) {
            super(message);
        }
    }
}
