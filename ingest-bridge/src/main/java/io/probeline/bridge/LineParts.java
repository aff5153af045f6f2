package io.probeline.bridge;

import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.runtime.World;

/**
 * What every device's line works with; one for all of them.
 *
 * @param commits takes a lane's commits; answered by {@link DeviceLines#committed}
 * @param watch sees the steps of the lanes
 * @param orders tells the command reader what is to be read
 */
record LineParts(
        BridgeConfig config,
        World world,
        DeviceLoop loop,
        Endpoint endpoint,
        Approach approach,
        DialGate gate,
        DeviceLog log,
        LineEvents events,
        Lease lease,
        CommitQueue commits,
        ReadingOrders orders,
        LaneWatch watch,
        MeterRegistry metrics) {

    /** Counts one, under a name that its user documents. */
    void count(String name, String tag, String value) {
        metrics.counter(name, tag, value).increment();
    }
}
