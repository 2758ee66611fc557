using Microsoft.Extensions.Logging.Abstractions;
using Parley.Server.Commands;
using Parley.Server.Hosting;

namespace Parley.Server.Admin;

/// <summary>Finds out whom to ask: the running server when there is one, else the store itself.</summary>
internal static class AdministrationAccess
{
    /// <summary>Opens the administration of a data directory.</summary>
    public static async Task<IAdministration> OpenAsync(CommandContext context, string? dataDirectory, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(dataDirectory);
        var directory = new DataDirectory(settings.DataDirectory);
        if (await AdminClient.ConnectAsync(directory.AdminSocket, cancellationToken) is { } client)
            return client;
        // what fails is told by an exception; a command prints its answer and nothing else
        var composition = await Composition.OpenAsync(settings, directory, context.Time, NullLoggerFactory.Instance, cancellationToken);
        return new Administration(composition.Core, composition.Webhooks, composition);
    }
}
