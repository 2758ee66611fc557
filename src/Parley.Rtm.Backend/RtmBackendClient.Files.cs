using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Files: a token from the server gate, the upload to the file gate (rtm-server §5).
public sealed partial class RtmBackendClient
{

    /// <summary><c>filetoken</c> and <c>sendfile</c>: sends a file from one user to another.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="file">The file.</param>
    /// <param name="mid">The message id; null for a new one.</param>
    /// <param name="progress">Told how many bytes of the file were handed to the network.</param>
    /// <param name="timeout">How long the upload may take; null for <see cref="RtmBackendOptions.FileTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200003, 200004, 200005, 200031, 200033, and what <c>sendmsg</c> is refused with.</exception>
    public Task<RtmSendResult> SendFileAsync(
        long from,
        long to,
        RtmFile file,
        long? mid = null,
        IProgress<long>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        UploadAsync("sendfile", from, map => map.Add("to"u8, to), file, mid, progress, timeout, cancellationToken);

    /// <summary><c>filetoken</c> and <c>sendfiles</c>: sends a file from one user to several.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receivers, 1 to 2000.</param>
    /// <param name="file">The file.</param>
    /// <param name="mid">The message id; null for a new one.</param>
    /// <param name="progress">Told how many bytes of the file were handed to the network.</param>
    /// <param name="timeout">How long the upload may take; null for <see cref="RtmBackendOptions.FileTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">As <see cref="SendFileAsync"/>, and 200032, 200033.</exception>
    public Task<RtmSendResult> SendFilesAsync(
        long from,
        IReadOnlyCollection<long> to,
        RtmFile file,
        long? mid = null,
        IProgress<long>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        UploadAsync("sendfiles", from, map => map.Add("tos"u8, to), file, mid, progress, timeout, cancellationToken);

    /// <summary><c>filetoken</c> and <c>sendgroupfile</c>: sends a file to a group.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="file">The file.</param>
    /// <param name="mid">The message id; null for a new one.</param>
    /// <param name="progress">Told how many bytes of the file were handed to the network.</param>
    /// <param name="timeout">How long the upload may take; null for <see cref="RtmBackendOptions.FileTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">As <see cref="SendFileAsync"/>, and 200041, 200044, 200046.</exception>
    public Task<RtmSendResult> SendGroupFileAsync(
        long from,
        long groupId,
        RtmFile file,
        long? mid = null,
        IProgress<long>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        UploadAsync("sendgroupfile", from, map => map.Add("gid"u8, groupId), file, mid, progress, timeout, cancellationToken);

    /// <summary><c>filetoken</c> and <c>sendroomfile</c>: sends a file to a room.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="roomId">The room.</param>
    /// <param name="file">The file.</param>
    /// <param name="mid">The message id; null for a new one.</param>
    /// <param name="progress">Told how many bytes of the file were handed to the network.</param>
    /// <param name="timeout">How long the upload may take; null for <see cref="RtmBackendOptions.FileTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">As <see cref="SendFileAsync"/>, and 200040, 200045.</exception>
    public Task<RtmSendResult> SendRoomFileAsync(
        long from,
        long roomId,
        RtmFile file,
        long? mid = null,
        IProgress<long>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        UploadAsync("sendroomfile", from, map => map.Add("rid"u8, roomId), file, mid, progress, timeout, cancellationToken);

    /// <summary><c>filetoken</c> and <c>broadcastfile</c>: sends a file to everybody in the project.</summary>
    /// <param name="from">The sender, an admin id.</param>
    /// <param name="file">The file.</param>
    /// <param name="mid">The message id; null for a new one.</param>
    /// <param name="progress">Told how many bytes of the file were handed to the network.</param>
    /// <param name="timeout">How long the upload may take; null for <see cref="RtmBackendOptions.FileTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">As <see cref="SendFileAsync"/>, and 200026.</exception>
    public Task<RtmSendResult> SendBroadcastFileAsync(
        long from,
        RtmFile file,
        long? mid = null,
        IProgress<long>? progress = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        UploadAsync("broadcastfile", from, static _ => { }, file, mid, progress, timeout, cancellationToken);

    private async Task<RtmSendResult> UploadAsync(
        string method,
        long from,
        Action<FpnnMapWriter> writeTarget,
        RtmFile file,
        long? givenMid,
        IProgress<long>? progress,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (await file.ReadAsync(_options.MaxFileLength, cancellationToken) is not { } content)
            throw new RtmException(method, RtmErrorCode.LargeFileOrAttrs, $"the file is longer than {_options.MaxFileLength} bytes");
        var mid = givenMid ?? NewMid();
        var (token, gate) = await GetFileTokenAsync(method, from, writeTarget, cancellationToken);
        var attributes = FileParameters.Write(file, FileParameters.Sign(content.Span, token), _options.FileAttributes);
        try
        {
            var options = UploadOptions(content.Length, progress);
            await using var connection = await FpnnConnection.ConnectAsync(gate, options, cancellationToken);
            var answer = await connection.AskAsync(method, Write, timeout ?? _options.FileTimeout, cancellationToken);
            return Read(method, answer, (ref parameters) => ReadSent(ref parameters, mid));
        }
        catch (FpnnException error)
        {
            throw RtmException.From(method, error);
        }

        void Write(FpnnMapWriter map)
        {
            map.Add("pid"u8, _options.Pid).Add("token"u8, token).Add("mtype"u8, file.MessageType).Add("from"u8, from);
            writeTarget(map);
            map.Add("mid"u8, mid).AddBinary("file"u8, content.Span).Add("attrs"u8, attributes);
        }
    }

    private async Task<(string Token, FpnnAddress Gate)> GetFileTokenAsync(
        string command, long from, Action<FpnnMapWriter> writeTarget, CancellationToken cancellationToken)
    {
        var (token, endpoint) = await GetAsync("filetoken", Write, ReadToken, null, cancellationToken);
        return FpnnAddress.TryParse(endpoint, out var gate)
            ? (token, gate)
            : throw new RtmException("filetoken", FpnnErrorCode.InvalidPackage, "the endpoint of the file gate cannot be read");

        void Write(FpnnMapWriter map)
        {
            map.Add("from"u8, from).Add("cmd"u8, command);
            writeTarget(map);
        }

        static (string Token, string Endpoint) ReadToken(ref FpnnParameters answer) =>
            (answer.String("token"u8), answer.String("endpoint"u8));
    }

    // A connection of its own for every file, so that a long upload holds up nothing else.
    private FpnnConnectionOptions UploadOptions(int length, IProgress<long>? progress) => new()
    {
        ConnectTimeout = _options.ConnectTimeout,
        QuestTimeout = _options.FileTimeout,
        Tls = _options.Tls,
        Encryption = _options.Encryption,
        Logger = _options.Logger,
        TimeProvider = _options.TimeProvider,
        OutboundCapacity = 4,
        InboundCapacity = 4,
        OnSent = progress is null ? null : sent => progress.Report(Math.Clamp(sent, 0, length)),
    };
}
