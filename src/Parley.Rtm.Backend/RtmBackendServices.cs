using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Parley.Rtm.Backend;

/// <summary>Registers the client with a service container.</summary>
public static class RtmBackendServices
{
    /// <summary>
    /// Adds one <see cref="RtmBackendClient"/> for the whole program. An <see cref="IRtmMonitor"/>, an <see cref="ILoggerFactory"/> and a
    /// <see cref="TimeProvider"/> of the container are used, unless <paramref name="configure"/> sets others. The container disposes the
    /// client.
    /// </summary>
    public static IServiceCollection AddRtmBackend(this IServiceCollection services, Action<RtmBackendOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddSingleton(provider =>
        {
            var options = new RtmBackendOptions { Monitor = (IRtmMonitor?)provider.GetService(typeof(IRtmMonitor)) };
            if (provider.GetService(typeof(ILoggerFactory)) is ILoggerFactory loggers)
                options.Logger = loggers.CreateLogger<RtmBackendClient>();
            if (provider.GetService(typeof(TimeProvider)) is TimeProvider time)
                options.TimeProvider = time;
            configure(options);
            return new RtmBackendClient(options);
        });
    }
}
