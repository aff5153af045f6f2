package io.probeline.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.probeline.testkit.Await;
import io.probeline.testkit.Wire;
import io.probeline.testkit.WireHistory;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands by HTTP, each at its time whatever has become of the ones before, and the moments at which their frames reach the device backend. The devices take
 * turns, so that no command waits for the one before it on the same device: that wait is the device's own.
 */
final class CommandLoad {
    private static final Duration STRAGGLERS = Duration.ofSeconds(10);

    private final Agents agents;
    private final int sessions;
    private final Map<String, Long> wired = new ConcurrentHashMap<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private int turn;

    /** One command: when it was due, when it was written, and when it was answered; on {@link System#nanoTime}. */
    private record Flight(
            long due, long left, long answered, @Nullable String commandId, String trouble) {}

    /**
     * One round.
     *
     * @param late how late requests left, which is this generator's own fault and in all of the others
     * @param answer until the 202: command and audit record are committed
     * @param path until the frame is at the device backend
     * @param after from the 202 to the frame; below zero where the frame was faster
     */
    record Round(
            Latencies late,
            Latencies answer,
            Latencies path,
            Latencies after,
            int repeated,
            Map<String, Long> troubles) {}

    CommandLoad(Agents agents, int sessions, WireHistory wire) {
        this.agents = agents;
        this.sessions = sessions;
        wire.listen(this::seen);
    }

    /** On the backend's thread: its stamp was taken when it read the frame. */
    private void seen(Wire event) {
        if (event instanceof Wire.Command command
                && wired.putIfAbsent(command.commandId(), command.stamp().nanos()) != null) {
            repeated.incrementAndGet();
        }
    }

    Round run(Schedule schedule) {
        wired.clear();
        repeated.set(0);
        var flights = new ConcurrentLinkedQueue<Flight>();
        long begin = System.nanoTime();
        for (int i = 0; i < schedule.size(); i++) {
            long due = begin + schedule.due(i);
            var request = agents.command(turn++ % sessions);
            Floor.await(due);
            long left = System.nanoTime();
            var _ = agents.http()
                    .sendAsync(request, BodyHandlers.ofString())
                    .handle((response, e) -> flights.add(landed(due, left, response, e)));
        }
        Await.until(
                "an answer or a time-out for each request",
                Agents.ANSWER.plus(STRAGGLERS),
                () -> flights.size() == schedule.size());
        var all = List.copyOf(flights);
        awaitWired(all);
        return judged(all);
    }

    /** What never comes is counted as an error, so this ends after a while either way. */
    private void awaitWired(List<Flight> flights) {
        long end = System.nanoTime() + STRAGGLERS.toNanos();
        while (System.nanoTime() < end && flights.stream().anyMatch(this::missing)) {
            Floor.await(System.nanoTime() + Duration.ofMillis(50).toNanos());
        }
    }

    private boolean missing(Flight flight) {
        return flight.commandId() != null && !wired.containsKey(flight.commandId());
    }

    private Round judged(List<Flight> all) {
        var late = new ArrayList<Long>();
        var answer = new ArrayList<Long>();
        var path = new ArrayList<Long>();
        var after = new ArrayList<Long>();
        for (var flight : all) {
            late.add(flight.left() - flight.due());
            if (flight.commandId() != null) {
                answer.add(flight.answered() - flight.due());
                var at = wired.get(flight.commandId());
                if (at != null) {
                    path.add(at - flight.due());
                    after.add(at - flight.answered());
                }
            }
        }
        var troubles = all.stream()
                .filter(flight -> !flight.trouble().isEmpty())
                .collect(Collectors.groupingBy(Flight::trouble, TreeMap::new, Collectors.counting()));
        return new Round(
                Latencies.of(late, 0),
                Latencies.of(answer, all.size() - answer.size()),
                Latencies.of(path, all.size() - path.size()),
                Latencies.of(after, all.size() - after.size()),
                repeated.get(),
                troubles);
    }

    private static Flight landed(
            long due, long left, @Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        long now = System.nanoTime();
        if (response == null) {
            return new Flight(due, left, now, null, String.valueOf(failure));
        }
        if (response.statusCode() != 202) {
            return new Flight(due, left, now, null, response.statusCode() + " " + response.body());
        }
        try {
            var id = Agents.JSON.readTree(response.body()).path("commandId").asText();
            return new Flight(due, left, now, id, "");
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
