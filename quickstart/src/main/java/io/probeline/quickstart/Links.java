package io.probeline.quickstart;

import io.probeline.gateway.HttpPort;
import io.probeline.runtime.Running;
import io.probeline.runtime.Settings;
import java.io.PrintStream;
import java.util.List;

/** Where to find what runs: the broker, the registry, and the page to begin with. */
public final class Links implements AutoCloseable {
    private final String kafka;
    private final String registry;
    private final String genesys;
    private final String gateway;

    private Links(String kafka, String registry, String genesys, String gateway) {
        this.kafka = kafka;
        this.registry = registry;
        this.genesys = genesys;
        this.gateway = gateway;
    }

    static Links of(Settings settings, List<Running> services) {
        int port = services.stream()
                .flatMap(service -> service.part(HttpPort.class).stream())
                .findFirst()
                .orElseThrow()
                .port();
        return new Links(
                settings.required("KAFKA_BOOTSTRAP_SERVERS", ""),
                settings.required("SCHEMA_REGISTRY_URL", ""),
                settings.required("GENESYS_API_URL", ""),
                "http://127.0.0.1:" + port);
    }

    public String kafka() {
        return kafka;
    }

    public String registry() {
        return registry;
    }

    public String genesys() {
        return genesys;
    }

    public String gateway() {
        return gateway;
    }

    /** For programs on {@code out}, in the order of the configuration contract; for people on {@code err}. */
    void print(PrintStream out, PrintStream err) {
        err.println(
                "quickstart: the agent's widget is at " + gateway + "/widget/, the call's transcript at " + genesys);
        out.println("kafka " + kafka);
        out.println("registry " + registry);
        out.println("ready " + gateway);
        out.flush();
    }

    @Override
    public void close() {
        // Nothing to give back: it is a part so that who started the quickstart finds it.
    }
}
