package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The script by which the contact centre misbehaves: of its rules, the first that fits a call. */
public final class GenesysFaults {
    // Guarded by this, and so is what the rules' `strikes` keep.
    private final List<Rule> rules = new ArrayList<>();

    /** One line of the script, which may be taken back. */
    public final class Rule {
        private final Predicate<Request> fits;
        private final BooleanSupplier strikes;
        private final GenesysFault fault;

        private Rule(Predicate<Request> fits, BooleanSupplier strikes, GenesysFault fault) {
            this.fits = fits;
            this.strikes = strikes;
            this.fault = fault;
            synchronized (GenesysFaults.this) {
                rules.add(this);
            }
        }

        /** From now on it is as if it had never been. */
        public void lift() {
            synchronized (GenesysFaults.this) {
                rules.remove(this);
            }
        }
    }

    /** For the next so many calls. */
    public Rule next(int calls, GenesysFault fault) {
        return next(calls, request -> true, fault);
    }

    /** For the next so many calls of these. */
    public Rule next(int calls, Predicate<Request> of, GenesysFault fault) {
        var left = new int[] {calls};
        return new Rule(of, () -> left[0]-- > 0, fault);
    }

    /** For this share of all calls, drawn from this seed. */
    public Rule fraction(double share, long seed, GenesysFault fault) {
        return fraction(share, seed, request -> true, fault);
    }

    /** For this share of these calls, drawn from this seed. */
    public Rule fraction(double share, long seed, Predicate<Request> of, GenesysFault fault) {
        var random = new SplittableRandom(seed);
        return new Rule(of, () -> random.nextDouble() < share, fault);
    }

    /** For every call, until it is lifted. */
    public Rule always(GenesysFault fault) {
        return always(request -> true, fault);
    }

    /** For every one of these calls, until it is lifted. */
    public Rule always(Predicate<Request> of, GenesysFault fault) {
        return new Rule(of, () -> true, fault);
    }

    /** The calls whose path holds this, for the other methods. */
    public static Predicate<Request> path(String part) {
        return request -> request.path().contains(part);
    }

    /** Lifts every rule. */
    public synchronized void clear() {
        rules.clear();
    }

    synchronized Optional<GenesysFault> strike(Request request) {
        return rules.stream()
                .filter(rule -> rule.fits.test(request) && rule.strikes.getAsBoolean())
                .findFirst()
                .map(rule -> rule.fault);
    }
}
