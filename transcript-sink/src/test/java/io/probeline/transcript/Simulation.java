package io.probeline.transcript;

import io.probeline.record.Priority;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.transcript.QuotaScheduler.Action;
import io.probeline.transcript.QuotaScheduler.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Schedulers, a model of Genesys and a load, in simulated time and one thread: days in seconds, and the same every time. */
final class Simulation {
    private record Due(Instant at, long order, Runnable what) {}

    private static final Duration STEP = Duration.ofMillis(20);

    /** How long the sink waits for an answer. */
    private static final Duration TIME_OUT = Duration.ofSeconds(10);

    private static final int PARTITIONS = 12;

    /** A target that remembers whom it has looked up. */
    private static final class Target implements Manner {
        private final boolean readable;
        private final Set<String> located = new HashSet<>();

        Target(boolean readable) {
            this.readable = readable;
        }

        @Override
        public boolean needsLookUp(String interactionId) {
            return readable && located.add(interactionId);
        }

        @Override
        public boolean readable() {
            return readable;
        }
    }

    final ModelGenesys genesys = new ModelGenesys();
    final Random random;
    private final QuotaScheduler nobody = new QuotaScheduler(1, 1, new Target(false), new Random(0));
    final List<QuotaScheduler> instances = new ArrayList<>();
    private final List<QuotaScheduler> owners = new ArrayList<>();
    private final boolean readable;
    final Map<String, List<Action.Settled>> settled = new HashMap<>();
    final Map<String, Instant> arrivals = new HashMap<>();
    final List<TranscriptLine> given = new ArrayList<>();
    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::order));
    private long order;
    private long offset;
    private int longestWaiting;
    private int repeated;
    private int steps;
    Instant now = Lines.START;

    /** @param readable whether the target can be read back, and needs a look-up first */
    Simulation(long seed, int count, boolean readable) {
        random = new Random(seed);
        this.readable = readable;
        grow(count);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            owners.add(instances.get(partition % count));
        }
        share();
    }

    private void grow(int count) {
        while (instances.size() < count) {
            instances.add(new QuotaScheduler(300, 64, new Target(readable), random));
        }
    }

    private void share() {
        instances.forEach(instance -> act(
                instance,
                new Event.Shared(owners.stream().filter(o -> o == instance).count() / (double) PARTITIONS)));
    }

    /** So many instances from now on: a partition that moves is handed over, and read again by its new owner. */
    void rebalance(int count) {
        grow(count);
        var later = now.plusMillis(700);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int moved = partition;
            var before = owners.get(partition);
            var after = instances.get(partition % count);
            if (before != after) {
                owners.set(partition, nobody);
                act(before, new Event.Closing(partition));
                at(later, () -> {
                    act(before, new Event.Forgotten(moved));
                    owners.set(moved, after);
                    share();
                    given.stream()
                            .filter(line -> partition(line) == moved && !settled.containsKey(line.getLineId()))
                            .forEach(line -> arrive(line, moved));
                });
            }
        }
        share();
    }

    void at(Instant when, Runnable what) {
        queue.add(new Due(when, order++, what));
    }

    /** From now on, so often; the first at a place of its own within the period. */
    void every(Duration period, Instant until, Consumer<Integer> what) {
        var first = now.plusNanos((long) (random.nextDouble() * period.toNanos()));
        at(first, () -> repeat(first, 0, period, until, what));
    }

    private void repeat(Instant at, int n, Duration period, Instant until, Consumer<Integer> what) {
        what.accept(n);
        var next = at.plus(period);
        if (next.isBefore(until)) {
            at(next, () -> repeat(next, n + 1, period, until, what));
        }
    }

    void line(TranscriptLine line) {
        given.add(line);
        arrivals.put(line.getLineId(), now);
        arrive(line, partition(line));
    }

    private void arrive(TranscriptLine line, int partition) {
        var owner = owners.get(partition);
        if (owner != nobody) {
            act(owner, new Event.Arrived(line, new Place(line.getLineId(), partition, offset++), false));
        }
    }

    private static int partition(TranscriptLine line) {
        return Math.floorMod(line.getInteractionId().hashCode(), PARTITIONS);
    }

    void updates(int interactions, Duration period, Instant until) {
        IntStream.range(0, interactions)
                .mapToObj(i -> "call-" + i)
                .forEach(call -> every(period, until, n -> line(Lines.update(call, n))));
    }

    void run(Instant until) {
        while (now.isBefore(until)) {
            now = now.plus(STEP);
            while (!queue.isEmpty() && !queue.peek().at().isAfter(now)) {
                queue.remove().what().run();
            }
            instances.forEach(instance -> act(instance, new Event.Tick()));
            if (++steps % 50 == 0) {
                longestWaiting = Math.max(longestWaiting, waiting());
            }
        }
    }

    private void act(QuotaScheduler instance, Event event) {
        for (var action : instance.on(event, now)) {
            switch (action) {
                case Action.Request request -> request(instance, request);
                case Action.Settled done ->
                    done.places()
                            .forEach(place -> settled.computeIfAbsent(place.lineId(), id -> new ArrayList<>(1))
                                    .add(done));
            }
        }
    }

    private void request(QuotaScheduler instance, Action.Request request) {
        repeated += request.again() ? 1 : 0;
        var latency = genesys.latency.get();
        var there = now.plus(latency.dividedBy(2));
        boolean silent = genesys.neverAnswers.getAsBoolean();
        var back = now.plus(silent ? TIME_OUT : latency);
        at(there, () -> {
            var said = genesys.answer(instance, request.step(), request.line(), there);
            var heard = silent ? new Answer.Failed("no answer in time", true, Optional.empty()) : said;
            at(back, () -> act(instance, new Event.Answered(request.request(), heard)));
        });
    }

    /** Bundles that wait, in all instances. */
    int waiting() {
        return instances.stream()
                .mapToInt(instance -> (int) instance.waiting().count())
                .sum();
    }

    int longestWaiting() {
        return longestWaiting;
    }

    int repeated() {
        return repeated;
    }

    /** The part of what was allowed that was used, over whole minutes from the first given one on. */
    double used(Instant from, Instant until) {
        var whole = genesys.minutes
                .subMap(from, true, until.minus(ModelGenesys.MINUTE), true)
                .values();
        return whole.stream().mapToInt(m -> m.taken).sum()
                / (double) whole.stream().mapToInt(m -> m.limit).sum();
    }

    int taken() {
        return genesys.minutes.values().stream().mapToInt(m -> m.taken).sum();
    }

    int refused() {
        return genesys.minutes.values().stream().mapToInt(m -> m.refused).sum();
    }

    double refusedRatio() {
        return refused() / (double) (taken() + refused());
    }

    /** Jain's index over the interactions' written summaries. */
    double fairness() {
        var counts = genesys.written.stream()
                .filter(w -> w.line().getPriority() == Priority.SUMMARY)
                .collect(Collectors.groupingBy(w -> w.line().getInteractionId(), Collectors.counting()));
        double sum = counts.values().stream().mapToLong(n -> n).sum();
        double squares = counts.values().stream().mapToDouble(n -> n * n).sum();
        return sum * sum / (counts.size() * squares);
    }

    /** Time from a line's arrival until it was taken, at this quantile, for those of this priority. */
    Duration latency(Priority priority, double quantile) {
        var times = genesys.written.stream()
                .filter(w -> w.line().getPriority() == priority)
                .map(w -> Duration.between(arrivals.get(w.line().getLineId()), w.at()))
                .sorted()
                .toList();
        return times.get((int) Math.min(times.size() - 1, Math.floor(times.size() * quantile)));
    }

    /** Lines that were settled not once, with how often. */
    Map<String, Integer> notOnce() {
        return given.stream()
                .map(TranscriptLine::getLineId)
                .filter(id -> settled.getOrDefault(id, List.of()).size() != 1)
                .collect(Collectors.toMap(
                        id -> id, id -> settled.getOrDefault(id, List.of()).size()));
    }

    /** The lines that were settled as written, each once. */
    List<Action.Settled> writtenOnce() {
        return settled.values().stream()
                .flatMap(List::stream)
                .distinct()
                .filter(s -> s.state() == ReceiptState.WRITTEN)
                .toList();
    }
}
