package io.probeline.gateway;

import io.probeline.gateway.Routes.Handler;
import java.util.stream.Stream;

/** Which part does what of the HTTP API. */
record Api(
        Desk desk,
        Participants participants,
        Permission permission,
        OwnershipRegister register,
        CommandTopics topics,
        GatewayMetrics metrics) {
    /** All of it, with what is open to anybody. */
    Routes with(OpenDocuments documents) {
        var operations = Stream.of(Operation.values()).map(each -> each.by(handler(each)));
        return new Routes(Stream.concat(operations, documents.routes().stream()).toList());
    }

    private Handler handler(Operation operation) {
        return switch (operation) {
            case INITIATE -> new Initiate(desk, permission, register, topics);
            case EXECUTE -> new Execute(desk, permission, topics);
            case LOOK -> new Look(desk);
            case WATCH -> new Watch(desk, participants, metrics);
            case CANCEL -> new Cancel(desk);
            case CLOSE -> new Close(desk);
            case LIST -> new Listing(permission);
        };
    }
}
