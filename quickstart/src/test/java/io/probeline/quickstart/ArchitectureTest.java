package io.probeline.quickstart;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows of the design, held against the code. */
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.probeline");

    /** Decisions: state, input and now in; state and actions out. */
    private static final Set<String> PURE = Set.of(
            "io.probeline.bridge.CommandLane",
            "io.probeline.bridge.Reconnect",
            "io.probeline.bridge.Heartbeat",
            "io.probeline.bridge.SequenceCheck",
            "io.probeline.bridge.BadFrames",
            "io.probeline.bridge.FrameDecoder",
            "io.probeline.processor.SessionFold",
            "io.probeline.transcript.QuotaScheduler",
            "io.probeline.transcript.LineMerge",
            "io.probeline.gateway.SessionView",
            "io.probeline.gateway.CommandQueue",
            "io.probeline.gateway.Bucket");

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "processor", "transcript", "gateway"})
    void noServiceKnowsAnother(String service) {
        var others = Set.of("bridge", "processor", "transcript", "gateway", "quickstart", "bench", "testkit").stream()
                .filter(other -> !other.equals(service))
                .map(other -> "io.probeline." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.probeline." + service + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because(
                        "services share Kafka alone: what two of them need belongs into schemas (the contract) or runtime (the kit)")
                .check(CODE);
    }

    @Test
    void theContractAndTheKitStandOnNothingOfOurs() {
        noClasses()
                .that(resideInAnyPackage("io.probeline.schemas..", "io.probeline.record.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.probeline..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAnyPackage("io.probeline.schemas..", "io.probeline.record.."))))
                .because("everybody depends on the contract, so it must not pull anything along")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("io.probeline.runtime..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.probeline..")
                        .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                resideInAnyPackage("io.probeline.runtime.."))))
                .because("the kit knows no domain: a type that does belongs into schemas or into its service")
                .check(CODE);
    }

    @Test
    void decisionsArePure() {
        var found = CODE.stream()
                .map(JavaClass::getName)
                .filter(PURE::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(PURE), found, "a decision was renamed: name it here too");
        noClasses()
                .that(com.tngtech.archunit.base.DescribedPredicate.describe(
                        "are decisions", type -> PURE.contains(type.getName())))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.apache.kafka..",
                                "java.net..",
                                "java.nio.channels..",
                                "java.util.concurrent..",
                                "okhttp3..",
                                "io.helidon..")
                        .or(com.tngtech.archunit.base.DescribedPredicate.describe(
                                "Thread", type -> type.getName().equals("java.lang.Thread"))))
                .because(
                        "a decision takes state, input and now: move what touches a thread, a socket or Kafka to its shell")
                .check(CODE);
    }

    @Test
    void timeComesFromTheWorld() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.probeline.runtime..", "io.probeline.testkit..", "io.probeline.bench..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .because("tests advance time: take World, or now as a parameter")
                .check(CODE);
    }

    @Test
    void onlyMainsAreReachedFromOutside() {
        classes()
                .that()
                .resideInAPackage("io.probeline.quickstart..")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .haveNameMatching(".*\\.(Quickstart|QuickstartConfig|Links)")
                .because("a module has few public types: its main, its configuration, and what whoever starts it needs")
                .check(CODE);
    }
}
