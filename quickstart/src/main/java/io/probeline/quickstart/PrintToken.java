package io.probeline.quickstart;

import io.probeline.runtime.Settings;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Stream;

/** {@code quickstart --print-token agent|senior|architect}: a bearer token of the stand-in issuer, on stdout. */
final class PrintToken {
    private PrintToken() {}

    static int run(String[] args, Map<String, String> environment) {
        if (args.length != 2 || !args[0].equals("--print-token")) {
            return refuse("usage: quickstart [--print-token agent|senior|architect]");
        }
        var role = Stream.of(DemoDocument.Role.values())
                .filter(each -> each.word().equals(args[1]))
                .findFirst();
        if (role.isEmpty()) {
            return refuse("there is no role '" + args[1] + "': agent, senior or architect");
        }
        var data = QuickstartConfig.from(Settings.of(environment)).data();
        if (!Files.exists(StandIns.keyFile(data))) {
            return refuse("there is no stand-in issuer in " + data + " yet: start the quickstart once");
        }
        System.out.println(DemoDocument.token(data, role.get()));
        return 0;
    }

    private static int refuse(String why) {
        System.err.println("quickstart: " + why);
        return 2;
    }
}
