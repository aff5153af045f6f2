package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** An agent at the widget, in a real browser: start with one press, watch, follow an alert's advice, lose the device, leave a screenshot of each. */
@ResourceLock(value = ProofSite.NINE_PROCESSES, mode = ResourceAccessMode.READ)
class WidgetIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration A_MINUTE_AND_A_HALF = Duration.ofSeconds(90);
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @Test
    void anAgentWalksTheWidget(@TempDir Path data) throws IOException {
        var chromium = Parts.program("chromium", "apt-get install chromium");
        var chromedriver = Parts.program("chromedriver", "apt-get install chromium-driver");
        Files.createDirectories(SCREENSHOTS);
        var options = new ChromeOptions();
        options.setBinary(chromium.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage");
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver.toFile())
                .build();
        try (var quickstart = new RunningQuickstart(RunningQuickstart.environment(data))) {
            var browser = new ChromeDriver(service, options);
            try {
                browser.manage().window().setSize(new Dimension(1200, 1000));
                walk(browser, quickstart.gateway() + "/widget/");
            } finally {
                browser.quit();
            }
        }
    }

    private static void walk(ChromeDriver browser, String widget) throws IOException {
        var boiler = start(browser, widget, "boiler-2");
        var fridge = start(browser, widget, "fridge-4");
        start(browser, widget, "washer-17");
        watchTheWasher(browser);
        browser.switchTo().window(fridge);
        followTheFridgesAlert(browser);
        browser.switchTo().window(boiler);
        loseTheBoiler(browser);
        browser.switchTo().window(fridge);
        seeTheScan(browser);
    }

    private static void watchTheWasher(ChromeDriver browser) throws IOException {
        until(browser, SOON, "[data-testid=presence][data-status=LIVE]");
        until(browser, SOON, "[data-testid=metric-signal_strength]");
        until(browser, SOON, "[data-testid=results] [data-command=ping_latency][data-outcome=ok]");
        until(browser, SOON, "[data-testid=transcript-line][data-state=WRITTEN]");
        var reboot = until(browser, SOON, "[data-testid=command-reboot_module]");
        assertFalse(reboot.isEnabled(), "an agent may not reboot");
        shoot(browser, "washer");
        browser.manage().window().setSize(new Dimension(380, 1000));
        shoot(browser, "washer-narrow");
        browser.manage().window().setSize(new Dimension(1200, 1000));
    }

    private static void followTheFridgesAlert(ChromeDriver browser) throws IOException {
        var alert = until(browser, A_MINUTE_AND_A_HALF, "[data-testid=alert-signal_strength][data-level=critical]");
        assertTrue(alert.isDisplayed());
        shoot(browser, "fridge-alert");
        press(browser, "[data-testid=alert-command-channel_scan]");
    }

    private static void seeTheScan(ChromeDriver browser) throws IOException {
        until(browser, A_MINUTE_AND_A_HALF, "[data-testid=results] [data-command=channel_scan][data-outcome=ok]");
        shoot(browser, "fridge-scanned");
    }

    private static void loseTheBoiler(ChromeDriver browser) throws IOException {
        until(browser, A_MINUTE_AND_A_HALF, "[data-testid=presence][data-status=DISCONNECTED]");
        until(browser, SOON, "[data-testid=state][data-state=DISCONNECTED]");
        var scan = until(browser, SOON, "[data-testid=command-channel_scan]");
        assertFalse(scan.isEnabled(), "no button works while the device is gone");
        shoot(browser, "boiler-disconnected");
        until(browser, A_MINUTE_AND_A_HALF, "[data-testid=presence][data-status=LIVE]");
        press(browser, "[data-testid=close-session]");
        var confirm = browser.findElements(By.cssSelector("[data-testid=confirm-yes]"));
        confirm.stream().filter(WebElement::isDisplayed).findFirst().ifPresent(WebElement::click);
        until(browser, SOON, "[data-testid=state][data-state=CLOSED]");
        shoot(browser, "boiler-closed");
    }

    /** In a tab of its own, which this returns: the devices' troubles come in their own time, and are waited for together. */
    private static String start(ChromeDriver browser, String widget, String deviceId) throws IOException {
        browser.switchTo().newWindow(WindowType.TAB);
        browser.get(widget);
        until(browser, SOON, "[data-testid=start-panel]");
        shoot(browser, "start");
        press(browser, "[data-testid=start-" + deviceId + "]");
        var call = until(browser, SOON, "[data-testid=interaction]");
        new WebDriverWait(browser, SOON).until(ExpectedConditions.textToBePresentInElement(call, deviceId));
        assertEquals(
                "live",
                until(browser, SOON, "[data-testid=stream][data-stream=live]").getDomAttribute("data-stream"));
        return browser.getWindowHandle();
    }

    private static WebElement until(ChromeDriver browser, Duration limit, String css) {
        return new WebDriverWait(browser, limit)
                .until(ExpectedConditions.presenceOfElementLocated(By.cssSelector(css)));
    }

    private static void press(ChromeDriver browser, String css) {
        new WebDriverWait(browser, SOON)
                .until(ExpectedConditions.elementToBeClickable(By.cssSelector(css)))
                .click();
    }

    private static void shoot(ChromeDriver browser, String name) throws IOException {
        File file = browser.getScreenshotAs(OutputType.FILE);
        Files.move(
                file.toPath(), SCREENSHOTS.resolve(name + ".png"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
