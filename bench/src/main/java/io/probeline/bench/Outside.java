package io.probeline.bench;

import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.RegistryServer;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.VaultServer;
import io.probeline.testkit.WireHistory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What Probeline finds outside, in this process: the devices, which send telemetry, at 10 Hz where nothing else is asked, and answer a command at once, and the servers that are asked about
 * them. The clock of the devices is therefore the load generator's; what they cost is in this process's processor time.
 */
final class Outside implements Closeable {
    static final String CUSTOMER = "customer";
    private static final String AGENT = "agent";

    private final Deque<Closeable> servers = new ArrayDeque<>();
    private final Map<String, String> settings = new HashMap<>();
    private final List<ScriptedAppliance> appliances = new ArrayList<>();
    private final DeviceBackend backend;
    private final String token;
    private final String registryUrl;

    private Outside(Path folder, Duration telemetryEvery) throws IOException {
        backend = add(DeviceBackend.start(
                DeviceBackend.Settings.onPort(0).telemetry(telemetryEvery).recordingTo(WireHistory.none())));
        settings.put("DEVICE_BACKEND_URL", backend.url());
        var issuer = add(OidcServer.start(0));
        settings.put("OIDC_ISSUER", issuer.issuer());
        token = issuer.token(AGENT, "diagnostics:initiate", "diagnostics:execute");
        var registry = add(RegistryServer.start(0, folder.resolve("registry.jsonl")));
        registryUrl = registry.url();
        settings.put("SCHEMA_REGISTRY_URL", registryUrl);
    }

    static Outside start(Path folder, int devices) throws IOException {
        return start(folder, devices, Duration.ofMillis(100));
    }

    /** With devices that send another number of frames. */
    static Outside start(Path folder, int devices, Duration telemetryEvery) throws IOException {
        var outside = new Outside(folder, telemetryEvery);
        outside.devices(devices);
        outside.contactCentre();
        return outside;
    }

    private void devices(int count) throws IOException {
        var vault = add(VaultServer.start(0));
        var register = add(OwnershipServer.start(0));
        for (int i = 0; i < count; i++) {
            var appliance = new ScriptedAppliance();
            appliances.add(appliance);
            backend.register(device(i), "secret-" + i, appliance);
            vault.put(device(i), "secret-" + i);
            register.own(CUSTOMER, device(i));
        }
        settings.put("VAULT_ADDR", vault.url());
        settings.put("VAULT_TOKEN", vault.token());
        settings.put("OWNERSHIP_URL", register.url());
    }

    private void contactCentre() throws IOException {
        var genesys = add(GenesysServer.start(0));
        genesys.limit(1_000_000);
        genesys.welcome(AGENT);
        settings.put("GENESYS_API_URL", genesys.url());
        settings.put("GENESYS_LOGIN_URL", genesys.url());
        settings.put("GENESYS_CLIENT_ID", "probeline");
        settings.put("GENESYS_CLIENT_SECRET", "genesys-secret");
        settings.put("GENESYS_ROLE_SCHEMA_ID", "diagnostics");
    }

    static String device(int i) {
        return "device-" + i;
    }

    /** By which a process finds all of it. */
    Map<String, String> settings() {
        return settings;
    }

    ScriptedAppliance appliance(int i) {
        return appliances.get(i);
    }

    String registryUrl() {
        return registryUrl;
    }

    DeviceBackend backend() {
        return backend;
    }

    /** The agent's, good for an hour. */
    String token() {
        return token;
    }

    private <T extends Closeable> T add(T server) {
        servers.push(server);
        return server;
    }

    @Override
    public void close() throws IOException {
        while (!servers.isEmpty()) {
            servers.pop().close();
        }
    }
}
