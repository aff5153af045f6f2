package io.probeline.transcript;

import io.probeline.record.TranscriptLine;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.transcript.QuotaScheduler.Action;
import io.probeline.transcript.QuotaScheduler.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's one thread: lines in, requests out, receipts, commits. The scheduler decides, and only this thread asks it; requests run on virtual threads of
 * their own, as many as the scheduler lets be under way, and post their answers.
 */
final class SinkLoop implements AutoCloseable, LineLog.Moves {
    private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);

    /** How long the loop looks away: short while something may become due, or be answered. */
    private static final Duration BUSY = Duration.ofMillis(10);

    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration STATUS_EVERY = Duration.ofMillis(250);
    private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
    private static final Duration REGISTRY_RETRY = Duration.ofSeconds(1);

    /** How long a partition that goes waits for what is under way. */
    private static final Duration HANDOVER = Duration.ofMillis(2_500);

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private record Landed(long request, Answer answer) {}

    private final LineLog log;
    private final Receipts receipts;
    private final TranscriptTarget target;
    private final QuotaScheduler scheduler;
    private final AvroFormat<TranscriptLine> format;
    private final SinkMetrics metrics;
    private final Consumer<Throwable> fail;
    private final World world;
    private final Instant began;
    private final long beganNanos;
    private final int room;
    private final ExecutorService requests;
    private final Queue<Landed> landed = new ConcurrentLinkedQueue<>();

    /** Requests that the scheduler wants, and that are not noted yet; those whose note is on its way. */
    private final Map<Long, Action.Request> wanted = new HashMap<>();

    private final Map<Long, Action.Request> noted = new HashMap<>();
    private final Map<Long, Integer> flying = new HashMap<>();

    /** Records that wait for the registry. Bounded by one poll, since nothing is read while there are any. */
    private final Deque<ConsumerRecord<byte[], byte[]>> undecoded = new ArrayDeque<>();

    private Instant registryRetry = Instant.EPOCH;
    private Instant statusDue = Instant.EPOCH;
    private Instant commitDue = Instant.EPOCH;
    private volatile double share;
    private volatile boolean closing;
    private volatile boolean killed;
    private final Thread thread;

    SinkLoop(
            LineLog log,
            Receipts receipts,
            TranscriptTarget target,
            QuotaScheduler scheduler,
            AvroFormat<TranscriptLine> format,
            SinkMetrics metrics,
            int room,
            World world,
            Consumer<Throwable> fail) {
        this.log = log;
        this.receipts = receipts;
        this.target = target;
        this.scheduler = scheduler;
        this.format = format;
        this.metrics = metrics;
        this.room = room;
        this.world = world;
        this.fail = fail;
        this.began = world.now();
        this.beganNanos = world.nanos();
        this.requests = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("genesys-request-", 0).factory());
        this.thread = world.threads().start("transcript-sink", this::run);
    }

    /** Ends in order: nothing new is sent, what is under way ends or is left in doubt, and what is settled is committed. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requests.shutdownNow();
    }

    /** Ends as a crash does: nothing is waited for and nothing is committed. */
    void kill() {
        killed = true;
        close();
    }

    private void run() {
        try (log) {
            log.subscribe(this);
            while (!closing) {
                turn();
            }
            if (closing(log.partitions())) {
                log.commitNow(log.partitions());
            }
        } catch (RuntimeException | Error e) {
            fail.accept(e);
        }
    }

    private void turn() {
        boolean busy = scheduler.inFlight() > 0 || log.open() > 0 || !undecoded.isEmpty();
        for (var record : log.poll(busy ? BUSY : IDLE)) {
            undecoded.addLast(record);
        }
        take();
        land();
        act(scheduler.on(new Event.Tick(), now()));
        note();
        var now = now();
        if (!now.isBefore(commitDue)) {
            commitDue = now.plus(COMMIT_EVERY);
            commit();
        }
        if (!now.isBefore(statusDue)) {
            statusDue = now.plus(STATUS_EVERY);
            metrics.stands(status(now));
        }
        log.pause(!undecoded.isEmpty() || log.open() > (log.paused() ? room * 4L / 5 : room));
    }

    /** Time that never jumps, though it begins at the time of day. */
    private Instant now() {
        return began.plusNanos(world.nanos() - beganNanos);
    }

    private void take() {
        while (!undecoded.isEmpty() && !now().isBefore(registryRetry)) {
            var record = undecoded.getFirst();
            try {
                take(record);
                undecoded.removeFirst();
            } catch (RegistryException e) {
                if (!e.retriable()) {
                    throw e;
                }
                LOG.warn("the schema registry is away, lines wait: {}", e.getMessage());
                registryRetry = now().plus(REGISTRY_RETRY);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        var ledger = log.ledger(record.partition());
        if (ledger.isEmpty()) {
            return;
        }
        var decoded = record.value() == null
                ? new Decoded.Rejected<TranscriptLine>("no_value", "a tombstone is no line")
                : format.decode(record.value());
        switch (decoded) {
            case Decoded.Ok<TranscriptLine>(var line) ->
                arrive(ledger.get().arrived(line, new Place(line.getLineId(), record.partition(), record.offset())));
            case Decoded.Rejected<TranscriptLine> rejected -> {
                LOG.warn("{}-{} at {} is no line: {}", record.topic(), record.partition(), record.offset(), rejected);
                metrics.rejected();
                receipts.reject(record, rejected);
                arrive(ledger.get().arrived(record.offset()));
            }
        }
    }

    private void arrive(List<OffsetLedger.Arrival> arrivals) {
        for (var arrival : arrivals) {
            act(scheduler.on(new Event.Arrived(arrival.line(), arrival.place(), arrival.doubted()), now()));
        }
    }

    /** What came back: answers from Genesys, and receipts that are durable. */
    private void land() {
        for (var answer = landed.poll(); answer != null; answer = landed.poll()) {
            metrics.answered(answer.answer());
            flying.remove(answer.request());
            act(scheduler.on(new Event.Answered(answer.request(), answer.answer()), now()));
        }
        for (var done = receipts.poll(); done != null; done = receipts.poll()) {
            var settled = done;
            log.ledger(done.partition()).ifPresent(ledger -> {
                if (settled.receipt() < 0) {
                    ledger.settled(settled.offset());
                } else {
                    ledger.settled(settled.offset(), settled.receipt());
                }
            });
        }
    }

    private void act(List<Action> actions) {
        for (var action : actions) {
            switch (action) {
                case Action.Request request -> {
                    wanted.put(request.request(), request);
                    if (request.again()) {
                        metrics.repeated();
                    }
                }
                case Action.Settled settled -> {
                    metrics.settled(settled.state(), settled.places().size());
                    metrics.said(settled.line().getPriority(), settled.waited());
                    receipts.write(settled, target.said(settled.line()));
                }
            }
        }
    }

    /** The intent goes before the effect: a request is made once its note is committed. A failed note is tried again. */
    private void note() {
        if (wanted.isEmpty()) {
            return;
        }
        var batch = Map.copyOf(wanted);
        wanted.clear();
        noted.putAll(batch);
        batch.values().forEach(request -> inLedger(request, OffsetLedger::intends));
        var partitions = batch.values().stream().map(SinkLoop::partition).collect(Collectors.toSet());
        log.note(
                partitions,
                durable -> batch.forEach((id, request) -> {
                    if (noted.remove(id) != null) {
                        if (durable) {
                            inLedger(request, OffsetLedger::sends);
                            fly(request);
                        } else {
                            inLedger(request, OffsetLedger::withdraws);
                            wanted.put(id, request);
                        }
                    }
                }),
                fail);
    }

    private void inLedger(Action.Request request, BiConsumer<OffsetLedger, CommitNote.Sent> what) {
        log.ledger(partition(request))
                .ifPresent(ledger -> what.accept(ledger, CommitNote.Sent.of(request.line(), request.places())));
    }

    private void fly(Action.Request request) {
        flying.put(request.request(), partition(request));
        requests.execute(() -> {
            try {
                landed.add(new Landed(request.request(), call(request)));
            } catch (RuntimeException | Error e) {
                fail.accept(e);
            }
        });
    }

    private Answer call(Action.Request request) {
        var line = request.line();
        return switch (request.step()) {
            case LOOK_UP -> target.lookUp(line);
            case READ_BACK -> target.readBack(line);
            case WRITE -> target.write(line, target.said(line));
        };
    }

    private void commit() {
        var behind = log.uncommitted();
        if (!behind.isEmpty()) {
            log.note(behind, durable -> {}, fail);
        }
    }

    @Override
    public boolean closing(Set<Integer> partitions) {
        partitions.forEach(partition -> act(scheduler.on(new Event.Closing(partition), now())));
        withdraw(partitions);
        var deadline = now().plus(HANDOVER);
        while (!killed && unfinished(partitions) && now().isBefore(deadline)) {
            land();
            LockSupport.parkNanos(BUSY.toNanos());
        }
        return !killed;
    }

    /** Whether a request of these partitions is under way, or a receipt is not durable. */
    private boolean unfinished(Set<Integer> partitions) {
        return flying.values().stream().anyMatch(partitions::contains) || receipts.open() > 0;
    }

    @Override
    public void gone(Set<Integer> partitions) {
        undecoded.removeIf(record -> partitions.contains(record.partition()));
        partitions.forEach(partition -> act(scheduler.on(new Event.Forgotten(partition), now())));
        withdraw(partitions);
    }

    /** Requests that were not made, and now are not going to be: the next commit doesn't name them, and the scheduler doesn't wait for them. */
    private void withdraw(Set<Integer> partitions) {
        withdraw(wanted, partitions);
        withdraw(noted, partitions);
    }

    private void withdraw(Map<Long, Action.Request> requests, Set<Integer> partitions) {
        var theirs = requests.values().stream()
                .filter(request -> partitions.contains(partition(request)))
                .toList();
        theirs.forEach(request -> {
            requests.remove(request.request());
            inLedger(request, OffsetLedger::withdraws);
            act(scheduler.on(new Event.Withdrawn(request.request()), now()));
        });
    }

    /** The part of the quota that is ours; any thread may ask. */
    double share() {
        return share;
    }

    @Override
    public void share(double part) {
        share = part;
        act(scheduler.on(new Event.Shared(part), now()));
    }

    private SinkStatus status(Instant now) {
        var waiting = scheduler.waiting().toList();
        var oldest = waiting.stream().map(Waiting::since).min(Comparator.naturalOrder());
        return new SinkStatus(
                scheduler.quota().allowed(),
                scheduler.quota().used(now),
                share,
                waiting.stream().collect(Collectors.groupingBy(Waiting::priority, Collectors.counting())),
                log.open(),
                oldest.map(since -> Duration.between(since, now)).orElse(Duration.ZERO),
                scheduler.inFlight(),
                log.paused(),
                scheduler.trouble(now));
    }

    private static int partition(Action.Request request) {
        return request.places().getFirst().partition();
    }
}
