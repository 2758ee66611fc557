using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>The methods that every FPNN server has (fpnn.md §4.3). <c>*key</c> is the connection's own affair.</summary>
internal sealed class BuiltInMethods
{
    private readonly FpnnDoor _door;

    public BuiltInMethods(FpnnDoor door)
    {
        _door = door;
        Table = new()
        {
            { "*ping", QuestAccess.Anyone, Ping },
            { "*status", QuestAccess.Anyone, Status },
            { "*infos", QuestAccess.Anyone, Infos },
            { "*tune", QuestAccess.Anyone, Tune },
        };
    }

    public QuestTable Table { get; }

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out QuestMethod? method)
    {
        method = null;
        return name[0] == (byte)'*' && Table.TryFind(name, out method);
    }

    private ValueTask Ping(Quest quest, ref FpnnParameters parameters)
    {
        var answer = quest.BeginAnswer(1);
        answer.Write("ts"u8, _door.Host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        answer.Send();
        return ValueTask.CompletedTask;
    }

    private ValueTask Status(Quest quest, ref FpnnParameters parameters)
    {
        if (!IsAllowed(quest))
            return ValueTask.CompletedTask;
        var answer = quest.BeginAnswer(1);
        answer.Write("status"u8, value: true);
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary>A real map, so that every SDK can read it, with the parts of the reference's shape that mean something here.</summary>
    private ValueTask Infos(Quest quest, ref FpnnParameters parameters)
    {
        if (!IsAllowed(quest))
            return ValueTask.CompletedTask;
        var host = _door.Host;
        var answer = quest.BeginAnswer(5);
        answer.WriteMap("FPNN.status.server.base"u8, 4);
        answer.Write("name"u8, _door.Name);
        answer.Write("startTime"u8, host.StartedAt.ToUnixTimeSeconds());
        answer.Write("startTimeStr"u8, host.StartedAt.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        answer.Write("frameworkVersion"u8, typeof(BuiltInMethods).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "");
        answer.WriteMap("FPNN.status.server.tcp"u8, 2);
        answer.Write("idleTimeout"u8, _door.IdleMilliseconds / 1000);
        answer.Write("httpSupported"u8, host.Settings.Http);
        answer.WriteMap("FPNN.status.server.stat"u8, _door.Table.Count());
        foreach (var method in _door.Table)
        {
            answer.Value(method.Name);
            answer.BeginMap(3);
            answer.Write("Quest"u8, method.Answered + method.Failed);
            answer.Write("Answer"u8, method.Answered);
            answer.Write("ErrorAnswer"u8, method.Failed);
        }
        answer.WriteMap("FPNN.status.server.status.tcp"u8, 1);
        answer.Write("currentConnections"u8, _door.PeerCount);
        answer.WriteMap("APP.status"u8, 0);
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary>Accepts what the reference accepts; none of its keys has a meaning here, as unknown ones have none there.</summary>
    private ValueTask Tune(Quest quest, ref FpnnParameters parameters)
    {
        if (!IsAllowed(quest))
            return ValueTask.CompletedTask;
        if (_door.Host.Key is not null && !quest.Peer.IsEncrypted)
        {
            quest.Fail(FpnnErrorCode.Forbidden, "Forbidden Operation");
            return ValueTask.CompletedTask;
        }
        parameters.Text("key"u8);
        parameters.Text("value"u8);
        if (parameters.Failed)
        {
            quest.Peer.Break(Connections.CloseReason.ProtocolError);
            return ValueTask.CompletedTask;
        }
        var answer = quest.BeginAnswer(1);
        answer.Write("return"u8, value: true);
        answer.Send();
        return ValueTask.CompletedTask;
    }

    private static bool IsAllowed(Quest quest)
    {
        if (quest.Peer.IsPrivate)
            return true;
        quest.Fail(FpnnErrorCode.Forbidden, "Forbidden.");
        return false;
    }
}
