using System.Text;
using Parley.Core;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Small data and options of users (rtm-client.md §10.1), and the features that need a configured engine.</summary>
internal sealed class DataMethods(ParleyCore core) : ClientMethods(core)
{
    private const string DbSpace = "db";
    private const string DataSpace = "data";
    private const int MostKeyBytes = 128;
    private const int MostValueBytes = 65_535;

    /// <summary><c>dbget</c>: key → val, absent when unknown.</summary>
    public ValueTask DbGet(Quest quest, ref FpnnParameters parameters) => Get(quest, ref parameters, DbSpace);

    /// <summary><c>dbset</c>: key, val.</summary>
    public ValueTask DbSet(Quest quest, ref FpnnParameters parameters) => Set(quest, ref parameters, DbSpace);

    /// <summary><c>dataget</c>: key → val, absent when unknown.</summary>
    public ValueTask DataGet(Quest quest, ref FpnnParameters parameters) => Get(quest, ref parameters, DataSpace);

    /// <summary><c>dataset</c>: key, val.</summary>
    public ValueTask DataSet(Quest quest, ref FpnnParameters parameters) => Set(quest, ref parameters, DataSpace);

    /// <summary><c>datadel</c>: key.</summary>
    public ValueTask DataDel(Quest quest, ref FpnnParameters parameters)
    {
        var key = parameters.String("key"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        return TryRefuseKey(quest, key) ? ValueTask.CompletedTask : SetAsync(quest, DataSpace, key, value: null);
    }

    private ValueTask Get(Quest quest, ref FpnnParameters parameters, string space)
    {
        var key = parameters.String("key"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        return TryRefuseKey(quest, key) ? ValueTask.CompletedTask : GetAsync(quest, space, key);
    }

    private async ValueTask GetAsync(Quest quest, string space, string key)
    {
        var me = Me(quest);
        var value = await Core.Store.Users.GetDataAsync(me.Project.Id, me.UserId, space, key, CancellationToken.None);
        var answer = quest.BeginAnswer(value is null ? 0 : 1);
        if (value is not null)
            answer.Write("val"u8, value);
        answer.Send();
    }

    private ValueTask Set(Quest quest, ref FpnnParameters parameters, string space)
    {
        var key = parameters.String("key"u8);
        var value = parameters.String("val"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (TryRefuseKey(quest, key))
            return ValueTask.CompletedTask;
        if (Encoding.UTF8.GetByteCount(value) > MostValueBytes)
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large val");
        return SetAsync(quest, space, key, value);
    }

    private async ValueTask SetAsync(Quest quest, string space, string key, string? value)
    {
        var me = Me(quest);
        await Core.Store.Users.SetDataAsync(me.Project.Id, me.UserId, space, key, value, CancellationToken.None);
        quest.Answer();
    }

    private static bool TryRefuseKey(Quest quest, string key)
    {
        if (key.Length == 0)
            quest.Fail(RtmErrors.EmptyParameter, "empty key");
        else if (Encoding.UTF8.GetByteCount(key) > MostKeyBytes)
            quest.Fail(RtmErrors.LargeMessageOrAttrs, "large key");
        else
            return false;
        return true;
    }

    /// <summary><c>addoption</c>: type (0 p2p, 1 group), xid, mtypes? — no mobile notification for these.</summary>
    public ValueTask AddOption(Quest quest, ref FpnnParameters parameters) => ChangeOption(quest, ref parameters, isAddition: true);

    /// <summary><c>removeoption</c>: type, xid, mtypes?.</summary>
    public ValueTask RemoveOption(Quest quest, ref FpnnParameters parameters) => ChangeOption(quest, ref parameters, isAddition: false);

    private ValueTask ChangeOption(Quest quest, ref FpnnParameters parameters, bool isAddition)
    {
        var kind = parameters.Int64("type"u8);
        var xid = parameters.Int64("xid"u8);
        var mtypes = parameters.Int64ListOrNull("mtypes"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (kind is not (0 or 1) || mtypes?.Any(mtype => mtype is < 1 or > 127) == true)
            return RefuseNow(quest, RtmErrors.InvalidParameter, "invalid parameter");
        if (xid <= 0)
            return RefuseNow(quest, RtmErrors.InvalidPidOrUid, "invalid xid");
        return ChangeOptionAsync(quest, new MuteOption((int)kind, xid, RtmHistory.TypesOf(mtypes) ?? []), isAddition);
    }

    private async ValueTask ChangeOptionAsync(Quest quest, MuteOption option, bool isAddition)
    {
        var me = Me(quest);
        if (isAddition)
            await Core.Store.Users.SetMuteOptionAsync(me.Project.Id, me.UserId, option, CancellationToken.None);
        else
            await Core.Store.Users.RemoveMuteOptionAsync(me.Project.Id, me.UserId, option, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getoption</c> → p2p, group as maps from id to mtypes.</summary>
    public ValueTask GetOption(Quest quest, ref FpnnParameters parameters) => GetOptionAsync(quest);

    private async ValueTask GetOptionAsync(Quest quest)
    {
        var me = Me(quest);
        var options = await Core.Store.Users.GetMuteOptionsAsync(me.Project.Id, me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        Write(ref answer, "p2p"u8, [.. options.Where(option => option.Kind == 0)]);
        Write(ref answer, "group"u8, [.. options.Where(option => option.Kind == 1)]);
        answer.Send();

        static void Write(ref AnswerWriter answer, ReadOnlySpan<byte> key, MuteOption[] options)
        {
            answer.WriteMap(key, options.Length);
            foreach (var option in options)
            {
                answer.Value(option.Id);
                answer.BeginArray(option.Types.Count);
                foreach (var type in option.Types)
                    answer.Value(type);
            }
        }
    }
}
