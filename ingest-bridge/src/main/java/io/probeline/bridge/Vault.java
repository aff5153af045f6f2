package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.schemas.DeviceId;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Reads device secrets from a Vault KV v2 store. What it answers, throws or logs never holds a secret. */
final class Vault {
    private static final String DEVICE = "{deviceId}";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NOT_FOUND = 404;

    private final VaultConfig config;
    private final OkHttpClient http;
    private final HttpUrl base;

    /** @throws IllegalArgumentException when no header can hold the token: the client would say so with the token in its words */
    Vault(VaultConfig config, OkHttpClient http) {
        if (!Secret.usable(config.token().value())) {
            throw new IllegalArgumentException("the vault's token is none that a header can hold");
        }
        this.config = config;
        this.http = http;
        this.base = HttpUrl.get(config.address());
    }

    /** Blocks until the vault has answered, or the client's time is over. */
    SecretAnswer secret(DeviceId device) {
        var url = base.newBuilder()
                .addPathSegment("v1")
                .addPathSegments(config.devicePath().replace(DEVICE, device.value()))
                .build();
        var request = new Request.Builder()
                .url(url)
                .header("X-Vault-Token", config.token().value())
                .build();
        try (var response = http.newCall(request).execute()) {
            return answer(response);
        } catch (JsonProcessingException e) {
            // Its message quotes what could not be read, and that may be a secret.
            return new SecretAnswer.Away("the vault did not answer in JSON");
        } catch (IOException e) {
            return new SecretAnswer.Away(
                    "the vault can't be asked: " + e.getClass().getSimpleName());
        }
    }

    private static SecretAnswer answer(Response response) throws IOException {
        if (response.code() == NOT_FOUND) {
            return new SecretAnswer.None();
        }
        if (!response.isSuccessful()) {
            return new SecretAnswer.Away("the vault answers " + response.code());
        }
        var secret = JSON.readTree(response.body().string())
                .path("data")
                .path("data")
                .path("secret");
        return secret.isTextual() && Secret.usable(secret.textValue())
                ? new SecretAnswer.Found(new Secret(secret.textValue()))
                : new SecretAnswer.None();
    }
}
