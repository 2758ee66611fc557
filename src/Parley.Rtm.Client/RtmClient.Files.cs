using Parley.Rtm.Client.Files;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

// Sending files: leave from the client gate, then one quest to the file gate (rtm-client.md §4.16, §7). A try without answer is followed
// by another one with a new token and the same message id.
public sealed partial class RtmClient
{
    /// <summary>Sends a file to one user (<c>filetoken</c>, <c>sendfile</c>).</summary>
    /// <param name="userId">The receiver; oneself is 200052.</param>
    /// <param name="file">The file.</param>
    /// <param name="timeout">For each quest of each try; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the file may have been sent.</param>
    /// <exception cref="RtmException">
    /// 200031 too large, 200033 empty, 200043 not a friend, 200049 blocked, 200060 the server has no file gate.
    /// </exception>
    public Task<RtmSent> SendFileToUserAsync(
        long userId, RtmUpload file, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendFileAsync("sendfile", map => map.Add("to"u8, userId), file, timeout, cancellationToken);

    /// <summary>Sends a file to 1 to 2000 users, to each in its own conversation (<c>filetoken</c>, <c>sendfiles</c>).</summary>
    /// <exception cref="RtmException">As <see cref="SendFileToUserAsync"/>; 200032 too many, 200033 nobody.</exception>
    public Task<RtmSent> SendFileToUsersAsync(
        IReadOnlyCollection<long> userIds, RtmUpload file, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendFileAsync("sendfiles", map => map.Add("tos"u8, userIds), file, timeout, cancellationToken);

    /// <summary>Sends a file to a group that the caller is a member of (<c>filetoken</c>, <c>sendgroupfile</c>).</summary>
    /// <exception cref="RtmException">As <see cref="SendFileToUserAsync"/>; 200041 not a member, 200044 banned.</exception>
    public Task<RtmSent> SendFileToGroupAsync(
        long groupId, RtmUpload file, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendFileAsync("sendgroupfile", map => map.Add("gid"u8, groupId), file, timeout, cancellationToken);

    /// <summary>Sends a file to a room that the caller is in (<c>filetoken</c>, <c>sendroomfile</c>).</summary>
    /// <exception cref="RtmException">As <see cref="SendFileToUserAsync"/>; 200040 not inside, 200045 banned.</exception>
    public Task<RtmSent> SendFileToRoomAsync(
        long roomId, RtmUpload file, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendFileAsync("sendroomfile", map => map.Add("rid"u8, roomId), file, timeout, cancellationToken);

    private async Task<RtmSent> SendFileAsync(
        string command, Action<FpnnMapWriter> writeTarget, RtmUpload file, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Validate();
        var content = await file.ReadAsync(_options.FileBytes, cancellationToken);
        if (content.Length > _options.FileBytes)
            throw new RtmException(command, RtmErrorCode.LargeFileOrAttrs, $"the file has more than {_options.FileBytes} bytes");
        var hash = UploadAttributes.HashOf(content.Span);
        var messageId = file.MessageId ?? _messageIds.Next();
        var sent = await AgainAsync(messageId, UploadAsync);
        file.Progress?.Report(new(RtmUploadStage.Done, content.Length));
        return sent;

        async Task<DateTimeOffset?> UploadAsync()
        {
            var leave = await GetFileTokenAsync(command, writeTarget, timeout, cancellationToken);
            file.Progress?.Report(new(RtmUploadStage.Sending, content.Length));
            var attributes = UploadAttributes.Write(UploadAttributes.SignOf(hash, leave.Token), file.Name, file.Attributes);
            return await UploadToGateAsync(leave, command, Write, timeout ?? _options.QuestTimeout, cancellationToken);

            void Write(FpnnMapWriter map)
            {
                writeTarget(map);
                map.Add("pid"u8, _options.ProjectId).Add("from"u8, UserId).Add("token"u8, leave.Token)
                    .Add("mid"u8, messageId).Add("mtype"u8, file.Type).Add("attrs"u8, attributes)
                    .AddBinary("file"u8, content.Span);
            }
        }
    }

    private Task<RtmFileToken> GetFileTokenAsync(
        string command, Action<FpnnMapWriter> writeTarget, TimeSpan? timeout, CancellationToken cancellationToken) =>
        AskAsync(
            "filetoken",
            map => writeTarget(map.Add("cmd"u8, command)),
            static (ref answer) => new RtmFileToken(answer.String("token"u8), answer.String("endpoint"u8)),
            timeout,
            cancellationToken);

    private async Task<DateTimeOffset?> UploadToGateAsync(
        RtmFileToken leave, string command, Action<FpnnMapWriter> write, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!FpnnAddress.TryParse(leave.Endpoint, out var address))
            throw new RtmException(command, FpnnErrorCode.InvalidConnection, $"'{leave.Endpoint}' is no address of a file gate");
        try
        {
            return Read(command, await _fileGates.AskAsync(address, command, write, timeout, cancellationToken), ReadTime);
        }
        catch (FpnnException exception)
        {
            throw RtmException.From(command, exception);
        }
    }
}
