using Microsoft.AspNetCore.Http;
using Parley.Core;
using Parley.Gateways.Files;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>
/// The RTM file gate (rtm-client.md §7, rtm-server.md §5.2): one upload for each token. Nobody logs in here, so packages other than
/// uploads are small, and uploads are taken piece by piece. Files are downloaded here too.
/// </summary>
internal sealed class FileGateDoor : FpnnDoor
{
    public const string DoorName = "RtmFile";

    /// <summary>What may stand beside the file in an upload, in bytes, all parameters together.</summary>
    public const int ParameterBytes = 64 * 1024;

    private readonly ParleyCore _core;
    private readonly UploadBounds _bounds;

    public FileGateDoor(ParleyCore core, UploadBounds bounds, FpnnHost host)
        : base(host)
    {
        _core = core;
        _bounds = bounds;
        Table = MakeTable(new FileSending(core));
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:13323";

    public override string Description => "RTM file gate: uploads by FPNN over TCP, WebSocket and HTTP; downloads by HTTP";

    public override long IdleMilliseconds => Host.Settings.FileIdleSeconds * 1000L;

    public override bool TakesHead => true;

    public override int UploadBytesPerSecond => _bounds.Settings.BytesPerSecond;

    /// <summary>Room for the largest file that a project allows and some more, so that one that is too large is told so.</summary>
    public override int UploadLimit => Math.Max(Host.Settings.PackageBytes, LargestFile() + (2 * ParameterBytes));

    /// <summary>Wire name → who may call → handler. A reader finds every command of the gate here.</summary>
    public override QuestTable Table { get; }

    public override int PackageLimit(FpnnPeer peer) => Host.Settings.PackageBytesBeforeLogin;

    /// <inheritdoc/>
    public override Task ServeAsync(HttpContext context) =>
        FileDownload.IsFor(context) ? FileDownload.ServeAsync(context, _core.Files) : base.ServeAsync(context);

    private QuestTable MakeTable(FileSending sending)
    {
        UploadHandler upload = (quest, length) => new FileUpload(_core, _bounds, sending, quest, length);
        return new QuestTable
        {
            { FileCommands.SendFile, QuestAccess.TokenHolder, upload },
            { FileCommands.SendFiles, QuestAccess.TokenHolder, upload },
            { FileCommands.SendGroupFile, QuestAccess.TokenHolder, upload },
            { FileCommands.SendRoomFile, QuestAccess.TokenHolder, upload },
            { FileCommands.BroadcastFile, QuestAccess.TokenHolder, upload },
        };
    }

    private int LargestFile()
    {
        var most = 0;
        foreach (var project in _core.Projects.All)
            most = Math.Max(most, project.Settings.FileBytes);
        return most;
    }
}
