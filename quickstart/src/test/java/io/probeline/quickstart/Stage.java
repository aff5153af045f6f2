package io.probeline.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.runtime.World;
import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.DeviceCommand;
import io.probeline.testkit.DeviceFrames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An appliance under a clock that is stepped at 10 Hz, with nobody and nothing else around it. */
final class Stage {
    static final Instant START = Instant.parse("2026-11-22T10:15:30Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STEP = Duration.ofMillis(100);

    private final Appliance appliance;
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparing(Due::at));
    private Instant now;
    private boolean connected;
    private long seq;

    final List<Said> said = new ArrayList<>();
    final List<Measured> measured = new ArrayList<>();
    final List<Instant> binary = new ArrayList<>();
    final List<Instant> drops = new ArrayList<>();

    private record Due(Instant at, String about, ApplianceAct act) {}

    /** A text frame that came through. */
    record Said(Instant at, String text) {
        JsonNode json() {
            return parse(text);
        }

        String type() {
            return json().path("type").asText();
        }

        boolean about(String commandId) {
            // By its text, since not everything that is said is JSON.
            return text.contains("\"commandId\":\"" + commandId + "\"");
        }
    }

    /** A telemetry object that came through. */
    record Measured(Instant at, ApplianceAct.Telemetry telemetry) {
        double value(String metric) {
            var value = telemetry.metrics().get(metric);
            if (value == null) {
                throw new AssertionError(metric + " was not measured: " + telemetry);
            }
            return value.doubleValue();
        }
    }

    Stage(Appliance appliance) {
        this(appliance, START);
    }

    Stage(Appliance appliance, Instant from) {
        this.appliance = appliance;
        this.now = from;
    }

    /** A world whose chance repeats itself; the seed is in the test's output. */
    static World world() {
        long seed = Long.getLong("seed", 17);
        System.out.println("seed " + seed);
        var random = new Random(seed);
        return new World(
                () -> START, System::nanoTime, () -> random, World.real().threads());
    }

    Instant now() {
        return now;
    }

    boolean connected() {
        return connected;
    }

    /** True when the appliance lets the connection in. */
    boolean connect() {
        connected = appliance.admit(now) instanceof Appliance.Admission.Accept;
        if (connected) {
            seq = 0;
            perform(appliance.connected(act -> perform(List.of(act)), now));
        }
        return connected;
    }

    void disconnect() {
        connected = false;
        appliance.disconnected(now);
    }

    void run(Duration time) {
        for (var end = now.plus(time); now.isBefore(end); ) {
            now = now.plus(STEP);
            while (!due.isEmpty() && !due.element().at().isAfter(now)) {
                perform(List.of(due.remove().act()));
            }
            if (connected) {
                perform(appliance.tick(now, seq));
            }
        }
    }

    void seconds(long seconds) {
        run(Duration.ofSeconds(seconds));
    }

    void command(String id, String name) {
        command(id, name, Map.of());
    }

    void command(String id, String name, Map<String, String> params) {
        var deadline = now.plusSeconds(90);
        perform(appliance.command(new DeviceCommand(id, name, JSON.valueToTree(params), 1, deadline), now));
    }

    void cancel(String id) {
        perform(appliance.cancel(id, now));
    }

    /** Whether a heartbeat is answered at once. */
    boolean heartbeat() {
        var before = said.size();
        perform(appliance.heartbeat(7, now));
        return said.subList(before, said.size()).stream()
                .anyMatch(frame -> frame.text().equals(DeviceFrames.heartbeatAck(7)));
    }

    /** What was said about a command, of this type. */
    List<JsonNode> said(String type, String commandId) {
        return said.stream()
                .filter(frame -> frame.about(commandId) && frame.type().equals(type))
                .map(Said::json)
                .toList();
    }

    /** The one result of a command. */
    JsonNode result(String commandId) {
        var results = said("result", commandId);
        if (results.size() != 1) {
            throw new AssertionError("no single result of " + commandId + ": " + results);
        }
        return results.getFirst();
    }

    private void perform(List<ApplianceAct> acts) {
        acts.forEach(this::perform);
    }

    private void perform(ApplianceAct act) {
        switch (act) {
            case ApplianceAct.Later(var by, var about, var then) -> due.add(new Due(now.plus(by), about, then));
            case ApplianceAct.Work(var _, var work) -> perform(call(work));
            case ApplianceAct.Abandon(var about) -> due.removeIf(d -> d.about().equals(about));
            case ApplianceAct.Drop() -> drop();
            case ApplianceAct.Close close -> throw new AssertionError("no appliance of the fleet closes: " + close);
            case ApplianceAct.Batch batch -> throw new AssertionError("no appliance of the fleet batches: " + batch);
            case ApplianceAct.Say(var text) when connected -> said.add(new Said(now, text));
            case ApplianceAct.SayBinary _ when connected -> binary.add(now);
            case ApplianceAct.Telemetry telemetry
            when connected -> {
                seq++;
                measured.add(new Measured(now, telemetry));
            }
            case ApplianceAct.Say lost -> {}
            case ApplianceAct.SayBinary lost -> {}
            case ApplianceAct.Telemetry lost -> {}
        }
    }

    /** On a thread of its own as in the backend, but waited for: the clock stands still meanwhile. */
    private static List<ApplianceAct> call(Callable<List<ApplianceAct>> work) {
        var task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("an appliance's work failed", e);
        }
    }

    private void drop() {
        if (connected) {
            drops.add(now);
            disconnect();
        }
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
