using System.Security.Cryptography;
using Parley.Core;
using Parley.Core.Cluster;
using Parley.Core.Files;
using Parley.Core.Storage;
using Parley.Core.Webhooks;
using Parley.Gateways.Beehive;
using Parley.Gateways.Doors;
using Parley.Gateways.Files;
using Parley.Gateways.GoIm;
using Parley.Gateways.OpenIm;
using Parley.Gateways.Rtm;
using Parley.Outgoing.Webhooks;
using Parley.Server.Settings;
using Parley.Storage.S3;
using Parley.Storage.Sqlite;

namespace Parley.Server.Hosting;

/// <summary>The one place where the parts are put together: store, core, gateways.</summary>
internal sealed class Composition : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _gateways = [];
    private readonly HttpWebhookSender _webhookSender;
    private readonly FileAddresses _addresses;
    private OpenImGateway? _openIm;
    private OutgoingServices? _outgoing;

    private Composition(IStore store, ParleyCore core, FileAddresses addresses, ParleySettings settings, ILoggerFactory loggers)
    {
        _addresses = addresses;
        Store = store;
        Core = core;
        _webhookSender = new(core.Time);
        Webhooks = new([.. settings.Webhooks.Select(static webhook => webhook.ToWebhook())], core, _webhookSender, loggers);
    }

    /// <summary>The store.</summary>
    public IStore Store { get; }

    /// <summary>The core.</summary>
    public ParleyCore Core { get; }

    /// <summary>The OpenIM gateway; only after <see cref="MakeDoors"/>.</summary>
    public OpenImGateway OpenIm => _openIm ?? throw new InvalidOperationException("There are no doors yet.");

    /// <summary>The webhooks.</summary>
    public WebhookService Webhooks { get; }

    /// <summary>Opens the store and starts the core over it.</summary>
    public static async Task<Composition> OpenAsync(
        ParleySettings settings, DataDirectory directory, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        directory.Prepare();
        var store = await OpenStoreAsync(settings.Sqlite, directory, time, loggers, cancellationToken);
        var addresses = new FileAddresses(settings.Files.PublicUrl);
        var files = MakeFileStorage(settings.Files, directory, addresses);
        var core = new ParleyCore(store, settings.Core, new InProcessBackplane(), time, loggers, files);
        var composition = new Composition(store, core, addresses, settings, loggers);
        try
        {
            await core.StartAsync(cancellationToken);
            return composition;
        }
        catch (StoreException e)
        {
            await composition.DisposeAsync();
            throw new ParleyException(e.Message, ParleyException.Failed, e);
        }
        catch
        {
            await composition.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins to tell the webhooks; their projects must be there.</summary>
    public Task StartWebhooksAsync(ParleySettings settings, CancellationToken cancellationToken)
    {
        for (var i = 0; i < settings.Webhooks.Count; i++)
        {
            var projectId = settings.Webhooks[i].ProjectId;
            if (!Core.Projects.TryGet(projectId, out _))
                throw ParleyException.Setting($"Parley:Webhooks:{i}:ProjectId must be a project that is there; there is no project {projectId}");
        }
        return Webhooks.StartAsync(cancellationToken);
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
        _addresses.Directory = directory;
        var uploads = new UploadBounds(settings.Files.Uploads);
        try
        {
            var rtm = new RtmGateway(Core, settings.Rtm, settings.Connections, uploads, directory, time, loggers);
            _gateways.Add(rtm);
            var goIm = new GoImGateway(Core, settings.GoIm, settings.Connections, directory, IsOpenToAll(settings), time, loggers);
            _gateways.Add(goIm);
            var beehive = MakeBeehive(settings, directory, time, loggers);
            _gateways.Add(beehive);
            _openIm = new OpenImGateway(Core, settings.OpenIm, settings.Connections, time, loggers);
            _gateways.Add(_openIm);
            return [.. rtm.Doors, .. _openIm.Doors, .. beehive.Doors, .. goIm.Doors];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ParleyException(
                $"Parley:Rtm:KeyFile must hold the raw private key of a {settings.Rtm.Curve} key pair: {e.Message.ReplaceLineEndings(" ")}",
                ParleyException.Misused,
                e);
        }
    }

    /// <summary>Puts in what these doors need before they open; the projects must be there.</summary>
    public async Task PrepareDoorsAsync(ParleySettings settings, IEnumerable<Door> doors, CancellationToken cancellationToken)
    {
        if (_openIm is null || !doors.Intersect(_openIm.Doors).Any())
            return;
        if (settings.OpenIm.Project != 0 && !Core.Projects.TryGet(settings.OpenIm.Project, out _))
            throw ParleyException.Setting($"Parley:OpenIm:Project must be a project that is there; there is no project {settings.OpenIm.Project}");
        await _openIm.StartAsync(cancellationToken);
    }

    private BeehiveGateway MakeBeehive(ParleySettings settings, DoorDirectory directory, TimeProvider time, ILoggerFactory loggers)
    {
        try
        {
            return new BeehiveGateway(Core, settings.Beehive, settings.Connections, directory, time, loggers);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw ParleyException.Setting($"Parley:Beehive: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Whether GoIM clients can come from other machines.</summary>
    private static bool IsOpenToAll(ParleySettings settings)
    {
        var endpoint = settings.Endpoints.GetValueOrDefault(GoImGateway.MessageDoorName, GoImGateway.MessageDoorEndpoint);
        return DoorAddress.TryParse(endpoint, out var address) && !address.IsLoopback;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        await Webhooks.DisposeAsync();
        _webhookSender.Dispose();
        await Core.DisposeAsync();
        if (_outgoing is not null)
            await _outgoing.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static FileStorage MakeFileStorage(FilesSettings settings, DataDirectory directory, FileAddresses addresses)
    {
        var folder = settings.Folder.Length > 0 ? Path.GetFullPath(settings.Folder) : directory.FilesFolder;
        return new FileStorage
        {
            Blobs = settings.Store == FileStoreKind.S3 ? new S3BlobStore(settings.S3) : new FolderBlobStore(folder),
            SpoolFolder = Path.Combine(folder, "spool"),
            Address = addresses.Find,
        };
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
            // one that a killed server left behind, before the work of opening: nobody is to read doors that are not there
            Taken = new EndpointsFile(directory.FullPath).Remove,
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
