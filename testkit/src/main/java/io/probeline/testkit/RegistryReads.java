package io.probeline.testkit;

import static io.probeline.testkit.RegistryAnswers.ok;

import io.probeline.testkit.RegistryAnswers.SchemaOfSubject;
import io.probeline.testkit.RegistryAnswers.SubjectVersion;
import io.probeline.testkit.RegistryLedger.Version;
import io.probeline.testkit.Routes.Arguments;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What can be asked of the registry without changing it. */
final class RegistryReads {
    private final RegistryLedger ledger;

    RegistryReads(RegistryLedger ledger) {
        this.ledger = ledger;
    }

    static boolean flag(Request request, String name) {
        return Boolean.parseBoolean(request.query().get(name));
    }

    Response subjects(Request request, Arguments none) {
        var prefix = request.query().getOrDefault("subjectPrefix", "");
        return ok(ledger.subjects(flag(request, "deleted")).stream()
                .filter(subject -> subject.startsWith(prefix))
                .toList());
    }

    Response versions(Request request, Arguments in) {
        var versions = ledger.versions(in.get("subject"), flag(request, "deleted"));
        return versions.isEmpty()
                ? RegistryAnswers.subjectNotFound(in.get("subject"))
                : ok(versions.stream().map(Version::version).toList());
    }

    Response version(Request request, Arguments in) {
        return at(in, flag(request, "deleted"), version -> ok(SchemaOfSubject.of(version)));
    }

    Response versionSchema(Request request, Arguments in) {
        return at(in, flag(request, "deleted"), version -> raw(version.schema()));
    }

    /** Schemas refer to none other here, so nothing ever refers to a version. */
    Response referencedBy(Request request, Arguments in) {
        return at(in, flag(request, "deleted"), version -> ok(List.of()));
    }

    Response schemas(Request request, Arguments none) {
        var prefix = request.query().getOrDefault("subjectPrefix", "");
        var latestOnly = flag(request, "latestOnly");
        return ok(ledger.subjects(flag(request, "deleted")).stream()
                .filter(subject -> subject.startsWith(prefix))
                .flatMap(subject -> {
                    var versions = ledger.versions(subject, flag(request, "deleted"));
                    return latestOnly ? Stream.of(versions.getLast()) : versions.stream();
                })
                .map(SchemaOfSubject::of)
                .toList());
    }

    Response schema(Request request, Arguments in) {
        return byId(in, schema -> {
            var answer = new LinkedHashMap<String, Object>(Map.of("schema", schema));
            if (flag(request, "fetchMaxId")) {
                answer.put("maxId", ledger.highestId());
            }
            return ok(answer);
        });
    }

    Response schemaOnly(Request request, Arguments in) {
        return byId(in, RegistryReads::raw);
    }

    Response schemaSubjects(Request request, Arguments in) {
        return byId(
                in,
                schema -> ok(with(request, in).map(Version::subject).distinct().toList()));
    }

    Response schemaVersions(Request request, Arguments in) {
        return byId(
                in,
                schema -> ok(with(request, in)
                        .map(v -> new SubjectVersion(v.subject(), v.version()))
                        .toList()));
    }

    Response config(Request request, Arguments none) {
        return level(ledger.compatibility(""));
    }

    Response subjectConfig(Request request, Arguments in) {
        var subject = in.get("subject");
        return ledger.configured(subject).isPresent() || flag(request, "defaultToGlobal")
                ? level(ledger.compatibility(subject))
                : RegistryAnswers.noCompatibilityOfItsOwn(subject);
    }

    Response subjectMode(Request request, Arguments in) {
        return flag(request, "defaultToGlobal")
                ? ok(Map.of("mode", "READWRITE"))
                : RegistryAnswers.noModeOfItsOwn(in.get("subject"));
    }

    /** What a path names: a version, or the reason why there is none. */
    sealed interface Found {
        record Is(Version version) implements Found {}

        record Not(Response why) implements Found {}
    }

    /** The version that the path names: a number, or the latest. */
    Found find(Arguments in, boolean withHidden) {
        var versions = ledger.versions(in.get("subject"), withHidden);
        var wanted = in.get("version");
        if (!isLatest(wanted) && positive(wanted).isEmpty()) {
            return new Found.Not(RegistryAnswers.invalidVersion(wanted));
        }
        if (versions.isEmpty()) {
            return new Found.Not(RegistryAnswers.subjectNotFound(in.get("subject")));
        }
        if (isLatest(wanted)) {
            return new Found.Is(versions.getLast());
        }
        return versions.stream()
                .filter(v -> String.valueOf(v.version()).equals(wanted))
                .findFirst()
                .<Found>map(Found.Is::new)
                .orElseGet(() -> new Found.Not(RegistryAnswers.versionNotFound(wanted)));
    }

    Response at(Arguments in, boolean withHidden, Function<Version, Response> then) {
        return switch (find(in, withHidden)) {
            case Found.Is(var version) -> then.apply(version);
            case Found.Not(var why) -> why;
        };
    }

    static boolean isLatest(String version) {
        return version.equals("latest") || version.equals("-1");
    }

    static Response level(Compatibility compatibility) {
        return ok(Map.of("compatibilityLevel", compatibility));
    }

    private Response byId(Arguments in, Function<String, Response> then) {
        return positive(in.get("id"))
                .flatMap(ledger::schema)
                .map(then)
                .orElseGet(() -> RegistryAnswers.schemaNotFound(in.get("id")));
    }

    private Stream<Version> with(Request request, Arguments in) {
        return positive(in.get("id")).stream()
                .flatMap(id -> ledger.versionsWith(id, flag(request, "deleted")).stream());
    }

    private static Response raw(String schema) {
        return Response.of(200, "application/vnd.schemaregistry.v1+json", schema);
    }

    private static Optional<Integer> positive(String number) {
        return number.matches("[1-9]\\d{0,8}") ? Optional.of(Integer.valueOf(number)) : Optional.empty();
    }
}
