using System.Buffers;
using Microsoft.Extensions.Logging;
using Parley.Core;
using Parley.Core.Files;
using Parley.Core.Storage;
using Parley.Gateways.Files;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>
/// One upload as it comes in. The value of <c>file</c> goes to the disk, the other parameters stay in memory. As soon as the file begins,
/// what is known of the token is looked at: bytes that cannot be accepted are not stored, only read.
/// </summary>
internal sealed class FileUpload(ParleyCore core, UploadBounds bounds, FileSending sending, Quest quest, long length) : FpnnUpload(quest)
{
    /// <summary>JSON is held whole, and so is what it is turned into; buffers grow by doubling.</summary>
    private const int JsonFactor = 4;

    private static readonly byte[] FileKey = "file"u8.ToArray();

    private readonly MessagePackSplitter _splitter = new(FileKey, FileGateDoor.ParameterBytes);
    private readonly List<ReadOnlyMemory<byte>> _content = [];
    private readonly ArrayBufferWriter<byte>? _json = quest.Encoding == FpnnEncoding.Json ? new() : null;
    private IDisposable? _slot;
    private IDisposable? _memory;
    private FileSpool? _spool;
    private bool _isDecided;
    private bool _isTokenTaken;

    /// <summary>What the token allows; null when it is not known, used or expired, or was not looked for yet.</summary>
    public FileToken? Token { get; private set; }

    /// <summary>What was stored; null when nothing was.</summary>
    public FileSpool? Spool => _spool;

    /// <summary>Whether there is a file at all.</summary>
    public bool HasFile => _splitter.HasContent;

    /// <summary>The length of the file in bytes.</summary>
    public long FileLength => _splitter.ContentLength;

    /// <summary>Whether a parameter was longer than all may be together.</summary>
    public bool HasLeftOut => _splitter.HasLeftOut;

    /// <summary>All parameters but the file.</summary>
    public ReadOnlySpan<byte> Parameters => _splitter.Gathered;

    /// <summary>Whether the bytes could not be stored.</summary>
    public bool HasFailed { get; private set; }

    public override async ValueTask AdmitAsync(CancellationToken cancellationToken)
    {
        _slot = await bounds.EnterAsync(cancellationToken);
        if (_json is not null && length > FileGateDoor.ParameterBytes)
            _memory = await bounds.ReserveAsync(length * JsonFactor, cancellationToken);
    }

    public override async ValueTask FeedAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken)
    {
        foreach (var part in bytes)
        {
            if (_json is not null)
                _json.Write(part.Span);
            else
                await SplitAsync(part, cancellationToken);
        }
        await StoreAsync(cancellationToken);
    }

    public override async ValueTask<bool> EndAsync(CancellationToken cancellationToken)
    {
        if (_json is not null)
        {
            using var plain = new PooledBufferWriter();
            if (!FpnnJson.TryToMessagePack(_json.WrittenSpan, plain))
                return false;
            await SplitAsync(plain.WrittenMemory, cancellationToken);
            await StoreAsync(cancellationToken);
        }
        return _splitter.IsComplete && FpnnParameters.TryParse(_splitter.Gathered, out _);
    }

    public override async ValueTask AnswerAsync()
    {
        try
        {
            _spool?.Finish();
            if (Quest.Peer.Door.IsStopping)
                Quest.Fail(FpnnErrorCode.ServerStopping, "Server is stopping.");
            else
                await sending.AnswerAsync(this);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StoreException)
        {
            Quest.Peer.Door.Host.Logger.UploadFailed(exception, Quest.Method.Name);
            Quest.Fail(RtmErrors.UnknownError, "unknown error");
        }
        finally
        {
            Dispose();
        }
    }

    public override void Dispose()
    {
        _spool?.Dispose();
        _splitter.Dispose();
        _memory?.Dispose();
        _slot?.Dispose();
    }

    /// <summary>Takes the token that the parameters name, once: from then on it is worthless, whatever becomes of the quest (rule F-5).</summary>
    public async ValueTask TakeTokenAsync(string token)
    {
        if (_isTokenTaken)
            return;
        _isTokenTaken = true;
        Token = await core.Files.TakeTokenAsync(token, CancellationToken.None);
    }

    private async ValueTask SplitAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        while (!part.IsEmpty && !_splitter.IsComplete && !_splitter.IsBroken)
        {
            part = part[_splitter.Feed(part, _content)..];
            if (_splitter.HasContent && !_isDecided)
                await DecideAsync(cancellationToken);
        }
    }

    private async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        if (_content.Count == 0)
            return;
        try
        {
            if (_spool is not null && !HasFailed)
                await _spool.WriteAsync(_content, cancellationToken);
        }
        catch (IOException exception)
        {
            Fail(exception);
        }
        _content.Clear();
    }

    /// <summary>The file begins: whether its bytes are worth storing, as far as can be told now.</summary>
    private async ValueTask DecideAsync(CancellationToken cancellationToken)
    {
        _isDecided = true;
        var token = ReadToken();
        if (token is not null)
            await TakeTokenAsync(token);
        if (_isTokenTaken && Token is null)
            return;
        if (FileLength == 0 || FileLength > LongestOf(Token))
            return;
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _spool = core.Files.BeginUpload();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception);
        }
    }

    private string? ReadToken() =>
        FpnnParameters.TryParse(_splitter.Gathered, out var parameters) ? parameters.StringOrNull("token"u8, ignoreWrongType: true) : null;

    /// <summary>The longest file: of the project when it is known already, otherwise of any.</summary>
    private long LongestOf(FileToken? token)
    {
        if (token is not null)
            return core.Projects.TryGet(token.ProjectId, out var project) ? project.Settings.FileBytes : 0;
        return core.Projects.All.Select(static project => project.Settings.FileBytes).DefaultIfEmpty().Max();
    }

    private void Fail(Exception exception)
    {
        HasFailed = true;
        Quest.Peer.Door.Host.Logger.UploadFailed(exception, Quest.Method.Name);
    }
}
