using System.Security.Cryptography;
using Parley.Core;
using Parley.Core.Cluster;
using Parley.Core.Storage;
using Parley.Gateways.Doors;
using Parley.Gateways.Rtm;
using Parley.Server.Settings;
using Parley.Storage.Sqlite;

namespace Parley.Server.Hosting;

/// <summary>The one place where the parts are put together: store, core, gateways.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _gateways = [];
    private OutgoingServices? _outgoing;

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

    /// <summary>Plugs in the services that the server calls. A command that only looks at the store does not need them.</summary>
    public void UseOutgoing(ParleySettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        _outgoing = new(settings, time, loggers);
        _outgoing.PlugInto(Core);
    }

    /// <summary>The doors of all gateways.</summary>
    public IReadOnlyList<Door> MakeDoors(ParleySettings settings, ServerState state, TimeProvider time, ILoggerFactory loggers)
    {
        var directory = new DoorDirectory(state, settings.PublicHost);
        try
        {
            var rtm = new RtmGateway(Core, settings.Rtm, settings.Connections, directory, time, loggers);
            _gateways.Add(rtm);
            return rtm.Doors;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ParleyException(
                $"Parley:Rtm:KeyFile must hold the raw private key of a {settings.Rtm.Curve} key pair: {e.Message.ReplaceLineEndings(" ")}",
                ParleyException.Misused,
                e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        await Core.DisposeAsync();
        if (_outgoing is not null)
            await _outgoing.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static async Task<IStore> OpenStoreAsync(
        SqliteSettings settings, DataDirectory directory, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = new SqliteStoreOptions
        {
            Path = directory.DatabasePath,
            Synchronous = Enum.Parse<SqliteSynchronous>(settings.Synchronous, ignoreCase: true),
            BatchSize = settings.BatchSize,
            QueueLength = settings.QueueLength,
            Readers = settings.Readers,
            ReadQueueLength = settings.ReadQueueLength,
            ConversationCache = settings.ConversationCache,
            DuplicateWindowEntries = settings.DuplicateWindowEntries,
            DuplicateWindow = TimeSpan.FromSeconds(settings.DuplicateWindowSeconds),
            CheckpointPages = settings.CheckpointPages,
            WriterCache = settings.WriterCacheKiB,
            ReaderCache = settings.ReaderCacheKiB,
        };
        try
        {
            return await SqliteStore.OpenAsync(options, time, loggers, cancellationToken);
        }
        catch (StoreException e)
        {
            throw new ParleyException(e.Message, ParleyException.Failed, e);
        }
    }
}
