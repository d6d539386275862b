package io.hybridtls.agent.wiring;

import com.google.inject.Module;
import io.hybridtls.agent.config.AgentConfig;
import io.hybridtls.agent.lifecycle.ConfigSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the modules before there is an injector, so that no module asks what is configured. */
final class ModuleSelection {

  private static final Logger LOG = LoggerFactory.getLogger(ModuleSelection.class);

  private ModuleSelection() {}

  static List<Module> of(ConfigSource source) {
    AgentConfig config = source.atStart();
    List<Module> modules = new ArrayList<>();
    modules.add(new AgentModule(source));
    modules.add(config.smtp().<Module>map(SmtpModule::new).orElseGet(NoSmtpModule::new));
    modules.add(config.http().<Module>map(HttpModule::new).orElseGet(NoHttpModule::new));
    LOG.info(
        "modules: {}",
        modules.stream().map(m -> m.getClass().getSimpleName()).collect(Collectors.joining(", ")));
    return modules;
  }
}
