package io.probeline.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.schemas.DeviceId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What must be known before a device can be dialled: its secret, and where its backend is today. It waits, so it runs on
 * virtual threads; at most 64 ask at a time, so that a backend's restart is no attack on the vault.
 *
 * <p>Metrics: {@code probeline_bridge_vault_lookups_total} by {@code outcome} (found, none, away).
 */
final class Approach {
    private static final int MOST_AT_ONCE = 64;

    /** What came of it. */
    sealed interface Answer {
        /** All is known. */
        record Ready(Secret secret, InetSocketAddress address) implements Answer {}

        /** The device has no secret. */
        record NoSecret() implements Answer {}

        /** It can't be known now. */
        record NotNow(String why) implements Answer {}
    }

    private final Endpoint endpoint;
    private final Vault vault;
    private final MeterRegistry metrics;
    private final Semaphore asking = new Semaphore(MOST_AT_ONCE);

    Approach(Endpoint endpoint, Vault vault, MeterRegistry metrics) {
        this.endpoint = endpoint;
        this.vault = vault;
        this.metrics = metrics;
    }

    /** @param known the secret that worked before: with it a running session gets along without the vault */
    Answer prepare(DeviceId device, @Nullable Secret known) throws InterruptedException {
        // As a segment of a path these two would mean another place.
        if (device.value().equals(".") || device.value().equals("..")) {
            return new Answer.NoSecret();
        }
        return known != null ? address(known) : asked(device);
    }

    private Answer asked(DeviceId device) throws InterruptedException {
        asking.acquire();
        SecretAnswer answer;
        try {
            answer = vault.secret(device);
        } finally {
            asking.release();
        }
        metrics.counter("probeline_bridge_vault_lookups", "outcome", outcome(answer))
                .increment();
        return switch (answer) {
            case SecretAnswer.Found(var secret) -> address(secret);
            case SecretAnswer.None() -> new Answer.NoSecret();
            case SecretAnswer.Away(var why) -> new Answer.NotNow(why);
        };
    }

    private Answer address(Secret secret) {
        try {
            return new Answer.Ready(
                    secret, new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port()));
        } catch (UnknownHostException e) {
            return new Answer.NotNow("the backend's name is unknown");
        }
    }

    private static String outcome(SecretAnswer answer) {
        return switch (answer) {
            case SecretAnswer.Found _ -> "found";
            case SecretAnswer.None _ -> "none";
            case SecretAnswer.Away _ -> "away";
        };
    }
}
