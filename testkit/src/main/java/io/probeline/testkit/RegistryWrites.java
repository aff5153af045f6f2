package io.probeline.testkit;

import static io.probeline.testkit.RegistryAnswers.ok;
import static io.probeline.testkit.RegistryReads.flag;

import io.probeline.testkit.RegistryAnswers.SchemaOfSubject;
import io.probeline.testkit.RegistryEvent.Configured;
import io.probeline.testkit.RegistryEvent.Hidden;
import io.probeline.testkit.RegistryEvent.Registered;
import io.probeline.testkit.RegistryEvent.Removed;
import io.probeline.testkit.RegistryEvent.Unconfigured;
import io.probeline.testkit.RegistryLedger.Version;
import io.probeline.testkit.RegistryReads.Found;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** What changes the registry, or is judged as if it would: first the event goes to the disk, then the caller gets to know. */
final class RegistryWrites {
    private final RegistryLedger ledger;
    private final RegistryReads reads;
    private final JsonLines<RegistryEvent> journal;

    RegistryWrites(RegistryLedger ledger, RegistryReads reads, JsonLines<RegistryEvent> journal) {
        this.ledger = ledger;
        this.reads = reads;
        this.journal = journal;
    }

    Response register(Request request, Arguments in) throws IOException {
        var subject = in.get("subject");
        return switch (RegistryCandidate.of(request)) {
            case RegistryCandidate.Ok candidate -> register(subject, candidate);
            case RegistryCandidate.Refused refused -> refused.why();
        };
    }

    private Response register(String subject, RegistryCandidate.Ok candidate) throws IOException {
        var versions = ledger.versions(subject, false);
        var known = find(versions, candidate);
        if (known.isPresent()) {
            return ok(Map.of("id", known.get().id()));
        }
        var problems = ledger.compatibility(subject).problems(candidate.schema(), parsed(versions));
        if (!problems.isEmpty()) {
            return RegistryAnswers.incompatible(subject, problems);
        }
        var id = ledger.idFor(candidate.canonical());
        commit(new Registered(subject, ledger.nextVersion(subject), id, candidate.canonical()));
        return ok(Map.of("id", id));
    }

    Response lookUp(Request request, Arguments in) {
        var versions = ledger.versions(in.get("subject"), flag(request, "deleted"));
        return switch (RegistryCandidate.of(request)) {
            case RegistryCandidate.Refused refused -> refused.why();
            case RegistryCandidate.Ok _ when versions.isEmpty() -> RegistryAnswers.subjectNotFound(in.get("subject"));
            case RegistryCandidate.Ok candidate ->
                find(versions, candidate)
                        .map(version -> ok(SchemaOfSubject.of(version)))
                        .orElseGet(() -> RegistryAnswers.schemaNotFound("of subject '" + in.get("subject") + "'"));
        };
    }

    /** Judged against one version; against the latest of a subject that has none, everything is compatible. */
    Response compatibleWithVersion(Request request, Arguments in) {
        if (RegistryReads.isLatest(in.get("version"))
                && ledger.versions(in.get("subject"), false).isEmpty()) {
            return judged(request, in, List.of());
        }
        return reads.at(in, false, version -> judged(request, in, List.of(version)));
    }

    Response compatible(Request request, Arguments in) {
        return judged(request, in, ledger.versions(in.get("subject"), false));
    }

    private Response judged(Request request, Arguments in, List<Version> versions) {
        return switch (RegistryCandidate.of(request)) {
            case RegistryCandidate.Refused refused -> refused.why();
            case RegistryCandidate.Ok candidate -> {
                var problems = ledger.compatibility(in.get("subject")).problems(candidate.schema(), parsed(versions));
                yield ok(
                        flag(request, "verbose")
                                ? Map.of("is_compatible", problems.isEmpty(), "messages", problems)
                                : Map.of("is_compatible", problems.isEmpty()));
            }
        };
    }

    Response configure(Request request, Arguments none) throws IOException {
        return configure("", request);
    }

    Response configureSubject(Request request, Arguments in) throws IOException {
        return configure(in.get("subject"), request);
    }

    private Response configure(String subject, Request request) throws IOException {
        var wanted = request.json().path("compatibility").asText();
        var level = Stream.of(Compatibility.values())
                .filter(known -> known.name().equalsIgnoreCase(wanted))
                .findFirst();
        if (level.isEmpty()) {
            return RegistryAnswers.invalidCompatibility();
        }
        commit(new Configured(subject, level.get()));
        return ok(Map.of("compatibility", level.get()));
    }

    Response unconfigureSubject(Request request, Arguments in) throws IOException {
        var before = ledger.configured(in.get("subject"));
        if (before.isEmpty()) {
            return RegistryAnswers.noCompatibilityOfItsOwn(in.get("subject"));
        }
        commit(new Unconfigured(in.get("subject")));
        return RegistryReads.level(before.get());
    }

    Response setMode(Request request, Arguments in) {
        return request.json().path("mode").asText().equals("READWRITE")
                ? ok(Map.of("mode", "READWRITE"))
                : RegistryAnswers.invalidMode();
    }

    Response deleteSubject(Request request, Arguments in) throws IOException {
        var subject = in.get("subject");
        var permanent = flag(request, "permanent");
        var versions = ledger.versions(subject, true);
        var live = ledger.versions(subject, false);
        if (versions.isEmpty()) {
            return RegistryAnswers.subjectNotFound(subject);
        }
        if (permanent && !live.isEmpty()) {
            return RegistryAnswers.notDeletedBefore(subject);
        }
        if (!permanent && live.isEmpty()) {
            return RegistryAnswers.deletedBefore(subject);
        }
        for (var version : permanent ? versions : live) {
            commit(deleted(version, permanent));
        }
        return ok((permanent ? versions : live).stream().map(Version::version).toList());
    }

    Response deleteVersion(Request request, Arguments in) throws IOException {
        var permanent = flag(request, "permanent");
        var withHidden = permanent || !RegistryReads.isLatest(in.get("version"));
        return switch (reads.find(in, withHidden)) {
            case Found.Not(var why) -> why;
            case Found.Is(var version)
            when version.hidden() == permanent -> {
                commit(deleted(version, permanent));
                yield ok(version.version());
            }
            case Found.Is(var version) ->
                permanent
                        ? RegistryAnswers.versionNotDeletedBefore(version.subject(), version.version())
                        : RegistryAnswers.versionDeletedBefore(version.subject(), version.version());
        };
    }

    private static RegistryEvent deleted(Version version, boolean permanent) {
        return permanent
                ? new Removed(version.subject(), version.version())
                : new Hidden(version.subject(), version.version());
    }

    private void commit(RegistryEvent event) throws IOException {
        journal.append(event);
        ledger.apply(event);
    }

    private static Optional<Version> find(List<Version> versions, RegistryCandidate.Ok candidate) {
        var canonical = candidate.canonical();
        return versions.reversed().stream()
                .filter(version -> version.schema().equals(canonical))
                .findFirst();
    }

    private static List<Schema> parsed(List<Version> versions) {
        return versions.stream()
                .map(version -> new Schema.Parser().parse(version.schema()))
                .toList();
    }
}
