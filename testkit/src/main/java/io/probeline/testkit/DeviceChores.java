package io.probeline.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one appliance still has to do, by what it is about; for the loop's thread. */
final class DeviceChores {
    private static final Logger log = LoggerFactory.getLogger(DeviceChores.class);

    private final DeviceLoop loop;
    private final Map<String, List<Chore>> open = new HashMap<>();

    DeviceChores(DeviceLoop loop) {
        this.loop = loop;
    }

    /** Something that has neither been done nor abandoned. */
    private final class Chore {
        private final String about;
        private Runnable stop = () -> {};

        private Chore(String about) {
            this.about = about;
            open.computeIfAbsent(about, key -> new ArrayList<>()).add(this);
        }

        /** True once, unless it was abandoned before. */
        private boolean finish() {
            var chores = open.getOrDefault(about, List.of());
            var first = chores.remove(this);
            if (chores.isEmpty()) {
                open.remove(about);
            }
            return first;
        }
    }

    void later(Duration by, String about, Runnable act) {
        var chore = new Chore(about);
        var timer = loop.after(by, () -> finish(chore, act));
        chore.stop = timer::cancel;
    }

    void work(String about, Callable<List<ApplianceAct>> work, Consumer<List<ApplianceAct>> then) {
        var chore = new Chore(about);
        var thread = Thread.ofVirtual().name("appliance-work").unstarted(() -> {
            try {
                var acts = work.call();
                loop.post(() -> finish(chore, () -> then.accept(acts)));
            } catch (InterruptedException e) {
                // Abandoned: there is nobody left to tell.
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                log.error("an appliance failed in its work about {}", about, e);
                loop.post(() -> finish(chore, () -> {}));
            }
        });
        chore.stop = thread::interrupt;
        thread.start();
    }

    private static void finish(Chore chore, Runnable then) {
        if (chore.finish()) {
            then.run();
        }
    }

    void abandon(String about) {
        var chores = open.remove(about);
        if (chores != null) {
            chores.forEach(chore -> chore.stop.run());
        }
    }
}
