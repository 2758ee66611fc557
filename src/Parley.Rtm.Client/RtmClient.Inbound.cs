using Parley.Rtm.Client.Codec;
using Parley.Rtm.Client.Connecting;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

// What the gate asks and tells by itself (rtm-client.md §5, §9.1, §9.2).
public sealed partial class RtmClient
{
    /// <summary>
    /// Reads a push, answers it, and only then lets it go to the application. Pings are answered below; a method without a name here is
    /// left unanswered, which becomes 20004.
    /// </summary>
    private async ValueTask OnQuestAsync(GateLink link, FpnnQuest quest)
    {
        var (method, kind) = PushReader.MethodOf(quest.Method);
        if (method is PushMethod.Unknown or PushMethod.Ping)
            return;
        if (!TryRead(quest, method, kind, out var read, out var code, out var reason))
        {
            RtmClientLog.PushUnreadable(_logger, quest.Method, code, reason);
            await quest.AnswerErrorAsync(code, reason);
            return;
        }
        if (read.Push is RtmKickedOutOfRoomPush { RoomId: var room })
            _rooms.TryRemove(room, out _);
        if (read.Key is { } key && _duplicates.Knows(key))
        {
            RtmClientLog.Duplicate(_logger, quest.Method);
            await quest.AnswerAsync();
            return;
        }
        if (!_pump.TryReserve(quest.IsTwoWay))
        {
            RtmClientLog.PushRefused(_logger, quest.Method, _pump.Count);
            await quest.AnswerErrorAsync(FpnnErrorCode.QueueFull, "too many pushes wait");
            return;
        }
        if (read.Key is { } added)
            _duplicates.TryAdd(added);
        try
        {
            await quest.AnswerAsync();
        }
        finally
        {
            // also when the connection has just ended: the message is here, and will be recognised should it come again
            _pump.Add(read.Push);
            if (read.Push is RtmKickedOutPush)
                link.KickOut();
        }
    }

    private bool TryRead(
        FpnnQuest quest, PushMethod method, RtmConversationKind kind, out ReadPush read, out int code, out string reason)
    {
        read = default;
        code = FpnnErrorCode.InvalidPackage;
        reason = "the payload is not a map";
        if (!quest.TryRead(out var parameters))
            return false;
        read = PushReader.Read(method, kind, ref parameters, _options.UserId);
        code = parameters.Error;
        reason = parameters.ErrorText;
        return !parameters.Failed;
    }
}
