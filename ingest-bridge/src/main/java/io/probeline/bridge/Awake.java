package io.probeline.bridge;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's wish wakes the group's consumer wherever it is; a call that must have its answer begins again. Once is enough as a rule: wishes
 * wake it again only after they have been taken, see {@link CommitQueue}.
 */
final class Awake {
    private static final Logger LOG = LoggerFactory.getLogger(Awake.class);

    private Awake() {}

    static <T> T call(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (WakeupException e) {
                LOG.trace("woken too early", e);
            }
        }
    }
}
