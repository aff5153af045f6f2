package io.probeline.runtime;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * How a process starts and ends: settings, service, then SIGTERM or a failure.
 * Exit codes: 0 after a signal, 1 when a part has failed, 2 when it could not start.
 */
public final class Main {
    private static final long CLOSING_SECONDS = 9;

    private Main() {}

    public static <C> void run(String service, Function<Settings, C> config, BiFunction<C, World, Running> start) {
        System.exit(outcome(service, System.getenv(), config, start));
    }

    private static <C> int outcome(
            String service,
            Map<String, String> environment,
            Function<Settings, C> config,
            BiFunction<C, World, Running> start) {
        Running running;
        try {
            running = start.apply(configured(service, environment, config), World.real());
        } catch (Settings.Invalid e) {
            e.problems().forEach(problem -> System.err.println(service + ": " + problem));
            return 2;
        } catch (RuntimeException e) {
            System.err.println(service + ": can't start: " + e.getMessage());
            LoggerFactory.getLogger(Main.class).debug("why it can't start", e);
            return 2;
        }
        return await(service, running);
    }

    private static <C> C configured(String service, Map<String, String> environment, Function<Settings, C> config) {
        var settings = Settings.of(environment);
        var made = config.apply(settings);
        settings.check();
        var log = LoggerFactory.getLogger(service);
        settings.effective().forEach(line -> log.info("setting {}", line));
        return made;
    }

    /** The hook closes the service while the JVM ends, and halts with 0 once it has: a signal is no failure. */
    private static int await(String service, Running running) {
        var hook = new Thread(
                () -> {
                    boolean clean = closeWithin(running);
                    Runtime.getRuntime().halt(clean ? 0 : 1);
                },
                "close");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            running.end().get();
            return 0;
        } catch (ExecutionException e) {
            LoggerFactory.getLogger(service).error("ends, because a part of it can't go on", e.getCause());
            Runtime.getRuntime().removeShutdownHook(hook);
            closeWithin(running);
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static boolean closeWithin(Running running) {
        var closing = new Thread(running::close, "closing");
        closing.setDaemon(true);
        closing.start();
        try {
            running.end().handle((done, failed) -> true).get(CLOSING_SECONDS, TimeUnit.SECONDS);
            return closing.join(java.time.Duration.ofSeconds(CLOSING_SECONDS));
        } catch (TimeoutException | ExecutionException e) {
            System.err.println("not everything closed within " + CLOSING_SECONDS + " s");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
