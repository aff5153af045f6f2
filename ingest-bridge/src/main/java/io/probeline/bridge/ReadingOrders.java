package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.schemas.DeviceId;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the device loop wants to have read, and by whom: a device has always the same of the readers, so its commands come in order.
 *
 * <p>Metrics: {@code probeline_bridge_orders_waiting}.
 */
final class ReadingOrders {
    private final List<OrderQueue> readers;

    ReadingOrders(int readers, MeterRegistry metrics) {
        this.readers = Stream.generate(OrderQueue::new).limit(readers).toList();
        Gauge.builder(
                        "probeline_bridge_orders_waiting",
                        this.readers,
                        all -> all.stream().mapToInt(OrderQueue::size).sum())
                .register(metrics);
    }

    /** Each for one reader. */
    List<OrderQueue> queues() {
        return readers;
    }

    void follow(DeviceId device, CommittedPlace from) {
        queue(device).follow(device, from);
    }

    void unfollow(DeviceId device) {
        queue(device).unfollow(device);
    }

    void finished(DeviceId device) {
        queue(device).finished(device);
    }

    private OrderQueue queue(DeviceId device) {
        return readers.get(Math.floorMod(device.hashCode(), readers.size()));
    }
}
