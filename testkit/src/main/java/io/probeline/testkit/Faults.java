package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The script by which a stand-in misbehaves: rules in order, each for so many requests; the first that fits is used up. */
public final class Faults {
    // Guarded by this.
    private final List<Rule> rules = new ArrayList<>();

    /** How one request goes wrong. */
    public sealed interface Fault {
        /** This instead of an answer: the stand-in never sees the request. */
        record Instead(Response response) implements Fault {}

        /** The stand-in does what it was asked to, and then this is said in place of its answer: "did it happen?". */
        record Afterwards(Response response) implements Fault {}
    }

    private record Rule(Predicate<Request> fits, int times, Fault fault) {
        Rule used() {
            return new Rule(fits, times - 1, fault);
        }
    }

    /** For the next so many requests: this response, and the stand-in never sees them. */
    public void next(int times, Response response) {
        add(any -> true, times, new Fault.Instead(response));
    }

    /** For the next so many requests: the stand-in does its work, but its answer is lost in favour of this. */
    public void nextAfterwards(int times, Response response) {
        add(any -> true, times, new Fault.Afterwards(response));
    }

    /** Until {@link #clear}: this response, and the stand-in never sees a request. */
    public void always(Response response) {
        add(any -> true, Integer.MAX_VALUE, new Fault.Instead(response));
    }

    /** For the next so many requests that fit, behind the rules that are there. */
    public synchronized void add(Predicate<Request> fits, int times, Fault fault) {
        rules.add(new Rule(fits, times, fault));
    }

    public synchronized void clear() {
        rules.clear();
    }

    /** How many rules have not been used up. */
    public synchronized int pending() {
        return rules.size();
    }

    Response apply(Request request, Function<Request, Response> stand) {
        return switch (take(request).orElse(null)) {
            case Fault.Instead instead -> instead.response();
            case Fault.Afterwards afterwards -> {
                var _ = stand.apply(request);
                yield afterwards.response();
            }
            case null -> stand.apply(request);
        };
    }

    private synchronized Optional<Fault> take(Request request) {
        for (var it = rules.listIterator(); it.hasNext(); ) {
            var rule = it.next();
            if (rule.fits().test(request)) {
                if (rule.times() > 1) {
                    it.set(rule.used());
                } else {
                    it.remove();
                }
                return Optional.of(rule.fault());
            }
        }
        return Optional.empty();
    }
}
