package io.probeline.quickstart;

import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.DeviceCommand;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** A peculiarity of an otherwise ordinary appliance: what it does not override passes through. */
interface Quirk extends Appliance {
    /** The appliance without the peculiarity. */
    Appliance inner();

    @Override
    default Admission admit(Instant now) {
        return inner().admit(now);
    }

    @Override
    default List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        return inner().connected(line, now);
    }

    @Override
    default List<ApplianceAct> tick(Instant now, long seq) {
        return inner().tick(now, seq);
    }

    @Override
    default List<ApplianceAct> command(DeviceCommand command, Instant now) {
        return inner().command(command, now);
    }

    @Override
    default List<ApplianceAct> cancel(String commandId, Instant now) {
        return inner().cancel(commandId, now);
    }

    @Override
    default List<ApplianceAct> heartbeat(long id, Instant now) {
        return inner().heartbeat(id, now);
    }

    @Override
    default void disconnected(Instant now) {
        inner().disconnected(now);
    }
}
