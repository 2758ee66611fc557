using Parley.Rtm.Client.Codec;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

// Saying something (rtm-client.md §4.1 to §4.4). When no answer comes it is said again with the same message id, so that it is said once
// (§1.6, §9.4).
public sealed partial class RtmClient
{
    /// <summary>Sends to one user (<c>sendmsg</c>).</summary>
    /// <param name="userId">The receiver; oneself is 200052.</param>
    /// <param name="draft">What to say; a string is a chat message.</param>
    /// <param name="timeout">For each try; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may have been sent.</param>
    /// <exception cref="RtmException">
    /// 200005 type, 200011 flooding, 200030 too large, 200043 not a friend, 200049 blocked, 200052 to oneself, 200053 the draft's own
    /// message id was used before, 200054 words; 20003 and 20002 when no try was answered.
    /// </exception>
    public Task<RtmSent> SendToUserAsync(
        long userId, RtmDraft draft, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendAsync("sendmsg", map => map.Add("to"u8, userId), draft, timeout, cancellationToken);

    /// <summary>Sends to many users, to each in its own conversation (<c>sendmsgs</c>).</summary>
    /// <param name="userIds">1 to 2000 receivers.</param>
    /// <param name="draft">What to say; a string is a chat message.</param>
    /// <param name="timeout">For each try; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may have been sent.</param>
    /// <exception cref="RtmException">
    /// As <see cref="SendToUserAsync"/>, when nobody can get it; 200032 too many, 200033 nobody.
    /// </exception>
    public Task<RtmSent> SendToUsersAsync(
        IReadOnlyCollection<long> userIds, RtmDraft draft, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendAsync("sendmsgs", map => map.Add("tos"u8, userIds), draft, timeout, cancellationToken);

    /// <summary>Sends to a group that the caller is a member of (<c>sendgroupmsg</c>).</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="draft">What to say; a string is a chat message.</param>
    /// <param name="timeout">For each try; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may have been sent.</param>
    /// <exception cref="RtmException">As <see cref="SendToUserAsync"/>; 200041 not a member, 200044 banned, 200046 empty group.</exception>
    public Task<RtmSent> SendToGroupAsync(
        long groupId, RtmDraft draft, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendAsync("sendgroupmsg", map => map.Add("gid"u8, groupId), draft, timeout, cancellationToken);

    /// <summary>Sends to a room that the caller is in (<c>sendroommsg</c>).</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="draft">What to say; a string is a chat message.</param>
    /// <param name="timeout">For each try; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the message may have been sent.</param>
    /// <exception cref="RtmException">As <see cref="SendToUserAsync"/>; 200040 not inside, 200045 banned.</exception>
    public Task<RtmSent> SendToRoomAsync(
        long roomId, RtmDraft draft, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        SendAsync("sendroommsg", map => map.Add("rid"u8, roomId), draft, timeout, cancellationToken);

    private Task<RtmSent> SendAsync(
        string method, Action<FpnnMapWriter> writeTarget, RtmDraft draft, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var messageId = draft.MessageId ?? _messageIds.Next();
        return AgainAsync(messageId, () => AskAsync(method, Write, ReadTime, timeout, cancellationToken));

        void Write(FpnnMapWriter map)
        {
            writeTarget(map);
            map.Add("mid"u8, messageId).Add("mtype"u8, draft.Type);
            if (draft.Bytes is { } bytes)
                map.AddBinary("msg"u8, bytes.Span);
            else
                map.Add("msg"u8, draft.Text);
            map.Add("attrs"u8, draft.Attributes);
        }
    }

    /// <summary>
    /// Tries until there is an answer. That the id is used already means success when an earlier try may have arrived.
    /// </summary>
    private async Task<RtmSent> AgainAsync(long messageId, Func<Task<DateTimeOffset?>> tryAsync)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new(messageId, await tryAsync());
            }
            catch (RtmException exception) when (exception.Code == RtmErrorCode.DuplicatedMid && tries > 0)
            {
                return new(messageId, Time: null);
            }
            catch (RtmException exception) when (
                exception is RtmTimeoutException or RtmConnectionException && tries < _options.SendRetries)
            {
                // nobody knows whether it arrived: the same once more
            }
        }
    }

    private static DateTimeOffset? ReadTime(ref FpnnParameters answer) => Moments.FromMilliseconds(answer.Int64OrNull("mtime"u8));
}
