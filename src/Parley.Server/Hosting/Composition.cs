using Parley.Core;
using Parley.Core.Cluster;
using Parley.Core.Storage;
using Parley.Gateways.Doors;
using Parley.Server.Settings;

namespace Parley.Server.Hosting;

/// <summary>The one place where the parts are put together: store, core, gateways.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private Composition(IStore store, ParleyCore core)
    {
        Store = store;
        Core = core;
    }

    /// <summary>The store.</summary>
    public IStore Store { get; }

    /// <summary>The core.</summary>
    public ParleyCore Core { get; }

    /// <summary>Opens the store and starts the core over it.</summary>
    public static async Task<Composition> OpenAsync(
        ParleySettings settings, DataDirectory directory, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        directory.Prepare();
        var store = await OpenStoreAsync(settings.Sqlite, directory, time, loggers, cancellationToken);
        var core = new ParleyCore(store, settings.Core, new InProcessBackplane(), time, loggers);
        var composition = new Composition(store, core);
        try
        {
            await core.StartAsync(cancellationToken);
            return composition;
        }
        catch
        {
            await composition.DisposeAsync();
            throw;
        }
    }

    /// <summary>The doors of all gateways.</summary>
    public IReadOnlyList<Door> MakeDoors(ParleySettings settings, ServerState state, TimeProvider time, ILoggerFactory loggers)
    {
        _ = (settings, state, time, loggers, Core);
        return [];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static Task<IStore> OpenStoreAsync(
        SqliteSettings settings, DataDirectory directory, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        _ = (settings, directory, time, loggers, cancellationToken);
        return Task.FromResult<IStore>(new StubStore());
    }
}
