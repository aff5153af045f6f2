package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.schemas.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the device loop wants the command reader to read. Bounded by what it follows: a few orders for each device.
 *
 * <p>Metrics: {@code probeline_bridge_orders_waiting}.
 */
final class ReadingOrders {
    /** One order. */
    sealed interface Order {
        /** Read this device's commands, from this place on, for this lane: what was read for an earlier one of the device is not for it. */
        record Follow(DeviceId device, CommittedPlace from, Consumer<List<ReadCommand>> lane) implements Order {}

        /** Read them no more. */
        record Unfollow(DeviceId device) implements Order {}

        /** One of its commands has left the lane. */
        record Finished(DeviceId device) implements Order {}
    }

    private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
    private volatile Runnable wake = () -> {};

    ReadingOrders(MeterRegistry metrics) {
        Gauge.builder("probeline_bridge_orders_waiting", orders, LinkedBlockingQueue::size)
                .register(metrics);
    }

    /** @param waker brings the reader to look here */
    void wakes(Runnable waker) {
        wake = waker;
    }

    void follow(DeviceId device, CommittedPlace from, Consumer<List<ReadCommand>> lane) {
        give(new Order.Follow(device, from, lane));
        wake.run();
    }

    void unfollow(DeviceId device) {
        give(new Order.Unfollow(device));
        wake.run();
    }

    /** Does not wake the reader: it hears of it soon enough, since it holds commands in stock. */
    void finished(DeviceId device) {
        give(new Order.Finished(device));
    }

    List<Order> drain() {
        var all = new ArrayList<Order>();
        orders.drainTo(all);
        return all;
    }

    /** Waits for the first, when there is nothing else to do. */
    List<Order> await(Duration atMost) throws InterruptedException {
        var first = orders.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        var all = new ArrayList<Order>();
        if (first != null) {
            all.add(first);
        }
        orders.drainTo(all);
        return all;
    }

    private void give(Order order) {
        orders.add(order);
    }
}
