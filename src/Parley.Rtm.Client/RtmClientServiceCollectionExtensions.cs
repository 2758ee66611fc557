using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Parley.Rtm.Client;

/// <summary>Registers the client with dependency injection.</summary>
public static class RtmClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="RtmClient"/> for the life of the container. It takes <see cref="IRtmPushHandler"/>,
    /// <see cref="ILoggerFactory"/> and <see cref="TimeProvider"/> from the container when they are there. It does not connect by itself.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; called when the client is first asked for.</param>
    /// <exception cref="ArgumentException">From the container, when a setting is missing or out of its range.</exception>
    public static IServiceCollection AddRtmClient(this IServiceCollection services, Action<RtmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddRtmClient((_, options) => configure(options));
    }

    /// <summary>As the other one, with options that come from other services.</summary>
    public static IServiceCollection AddRtmClient(this IServiceCollection services, Action<IServiceProvider, RtmClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddSingleton(provider =>
        {
            var options = new RtmClientOptions();
            configure(provider, options);
            return new RtmClient(
                options,
                (IRtmPushHandler?)provider.GetService(typeof(IRtmPushHandler)),
                (ILoggerFactory?)provider.GetService(typeof(ILoggerFactory)),
                (TimeProvider?)provider.GetService(typeof(TimeProvider)));
        });
    }
}
