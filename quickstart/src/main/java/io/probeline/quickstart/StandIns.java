package io.probeline.quickstart;

import io.probeline.runtime.Running.Owned;
import io.probeline.runtime.World;
import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.EmbeddedKafka;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.RegistryServer;
import io.probeline.testkit.VaultServer;
import io.probeline.testkit.WireHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A real server for each outside party that the settings do not name. Each writes the settings by which it is found, which are the ones that
 * would name the real party.
 */
final class StandIns {
    static final String AGENT = "agent-1";
    static final String SENIOR = "senior-1";
    static final String ARCHITECT = "architect";
    private static final String GENESYS_SECRET = "genesys-secret";
    private static final String ROLE_SCHEMA = "diagnostics";

    private final QuickstartConfig config;
    private final Owned owned;
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final Timings timings;
    private List<Fleet.Member> fleet = List.of();

    private StandIns(QuickstartConfig config, Owned owned, Timings timings) {
        this.config = config;
        this.owned = owned;
        this.timings = timings;
    }

    static StandIns start(QuickstartConfig config, Owned owned, World world, Timings timings) throws IOException {
        Files.createDirectories(config.data());
        var standIns = new StandIns(config, owned, timings);
        standIns.kafka();
        standIns.registry();
        standIns.issuer();
        standIns.genesys();
        standIns.devices(world);
        return standIns;
    }

    /** The settings by which the stand-ins are found. */
    Map<String, String> addresses() {
        return addresses;
    }

    /** The appliances to try; none where the device backend is a real one. */
    List<Fleet.Member> fleet() {
        return fleet;
    }

    static Path keyFile(Path data) {
        return data.resolve("issuer-keys.json");
    }

    private void kafka() throws IOException {
        if (!config.names("KAFKA_BOOTSTRAP_SERVERS")) {
            var kafka = owned.add(EmbeddedKafka.start(config.data().resolve("kafka"), config.kafkaPort()));
            addresses.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
            timings.took("kafka");
        }
    }

    private void registry() throws IOException {
        if (!config.names("SCHEMA_REGISTRY_URL")) {
            var file = config.data().resolve("registry.jsonl");
            addresses.put(
                    "SCHEMA_REGISTRY_URL",
                    owned.add(RegistryServer.start(config.registryPort(), file)).url());
            timings.took("registry");
        }
    }

    private void issuer() throws IOException {
        if (!config.names("OIDC_ISSUER")) {
            var issuer = owned.add(OidcServer.start(0, keyFile(config.data())));
            addresses.put("OIDC_ISSUER", issuer.issuer());
        }
    }

    private void genesys() throws IOException {
        if (!config.names("GENESYS_API_URL")) {
            var genesys = owned.add(GenesysServer.start(GenesysServer.Settings.onPort(0)
                    .client("probeline", GENESYS_SECRET)
                    .keptIn(config.data().resolve("genesys.jsonl"))));
            genesys.role(AGENT, "agent");
            genesys.role(SENIOR, "senior_tech");
            genesys.welcome(AGENT, SENIOR);
            addresses.put("GENESYS_API_URL", genesys.url());
            addresses.put("GENESYS_LOGIN_URL", genesys.url());
            addresses.put("GENESYS_CLIENT_ID", "probeline");
            addresses.put("GENESYS_CLIENT_SECRET", GENESYS_SECRET);
            addresses.put("GENESYS_ROLE_SCHEMA_ID", ROLE_SCHEMA);
        }
    }

    /** The vault, the register and the backend tell of the same appliances. */
    private void devices(World world) throws IOException {
        var secrets = DeviceSecrets.open(config.data().resolve("device-secrets.properties"));
        var backendPort = new int[1];
        fleet = Fleet.of(world, Files.createDirectories(config.data().resolve("fleet")), () -> backendPort[0]);
        if (!config.names("DEVICE_BACKEND_URL")) {
            var backend = owned.add(
                    DeviceBackend.start(DeviceBackend.Settings.onPort(0).recordingTo(WireHistory.none())));
            backendPort[0] = backend.port();
            fleet.forEach(
                    device -> backend.register(device.deviceId(), secrets.of(device.deviceId()), device.appliance()));
            addresses.put("DEVICE_BACKEND_URL", backend.url());
        }
        if (!config.names("VAULT_ADDR")) {
            var vault = owned.add(VaultServer.start(0));
            fleet.forEach(device -> vault.put(device.deviceId(), secrets.of(device.deviceId())));
            addresses.put("VAULT_ADDR", vault.url());
            addresses.put("VAULT_TOKEN", vault.token());
        }
        if (!config.names("OWNERSHIP_URL")) {
            var register = owned.add(OwnershipServer.start(0));
            fleet.forEach(device -> register.own(device.customerId(), device.deviceId()));
            addresses.put("OWNERSHIP_URL", register.url());
        }
        secrets.save();
        timings.took("stand-ins");
    }
}
