using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Wire.Tests.Beehive;

/// <summary>beehive §10 and §12.2: the tables of fields, required fields, and MARK-ADD.</summary>
public sealed class BeehiveBodiesTests
{
    private static readonly FileDescriptor[] Files =
    [
        SharedReflection.Descriptor, GeneralReflection.Descriptor, PrivateReflection.Descriptor, GroupReflection.Descriptor,
        RoomReflection.Descriptor, Generation1Reflection.Descriptor,
    ];

    /// <summary>The tables: v is uint64, u uint32, s string, b bytes; a question mark for optional.</summary>
    public static TheoryData<string, string> Tables => new()
    {
        { "CodeErrmsg", "1 code u,2 errmsg s" },
        { "TwoUid", "1 suid v,2 duid v" },
        { "UidGid", "1 uid v,2 gid v" },
        { "UidRid", "1 uid v,2 rid v" },
        { "UidRidAck", "1 uid v,2 rid v,3 code u,4 errmsg s" },
        { "Online", "1 uid v,2 sid v,3 token s,4 app s,5 version s,6 terminal u?" },
        { "OnlineAck", "1 uid v,2 sid v,3 seq v,4 app s,5 version s,6 terminal u?,7 code u,8 errmsg s" },
        { "Sub", "1 cmd u?" },
        { "SubAck", "1 cmd u,2 code u,3 errmsg s" },
        { "Unsub", "1 cmd u" },
        { "Error", "1 code u,2 errmsg s" },
        { "Sync", "1 uid v" },
        { "SyncAck", "1 uid v,2 code u,3 errmsg s" },
        { "Kick", "1 code u,2 errmsg s" },
        { "Chat", "1 suid v,2 duid v,3 level u,4 time v,5 text s,6 data b?" },
        { "ChatAck", "1 suid v,2 duid v,3 code u,4 errmsg s" },
        { "FriendAdd", "1 suid v,2 duid v,3 mark s" },
        { "MarkAdd", "1 suid v,2 duid v,3 mark v" },
        { "MarkAddText", "1 suid v,2 duid v,3 mark s" },
        { "GroupCreat", "1 uid v,2 gid v,3 name s,4 desc s" },
        { "GroupCreatAck", "1 code u,2 errmsg s,3 gid v?" },
        { "GroupInvite", "1 uid v,2 gid v,3 to v" },
        { "GroupChat", "1 uid v,2 gid v,3 level u,4 time v,5 text s,6 data b?" },
        { "GroupUsrList", "1 gid v,2 num u" },
        { "GroupUsrListAck", "1 gid v,2 list s" },
        { "RoomCreat", "1 uid v,2 name s,3 desc s" },
        { "RoomCreatAck", "1 uid v,2 rid v,3 code u,4 errmsg s" },
        { "RoomJoinAck", "1 uid v,2 rid v,3 gid u,4 code u,5 errmsg s" },
        { "RoomChat", "1 uid v,2 rid v,3 gid u,4 level u,5 time v,6 text s,7 data b?" },
        { "RoomChatAck", "1 uid v,2 rid v,3 gid u,4 code u,5 errmsg s" },
        { "RoomBc", "1 rid v,2 msgid v,3 level u,4 time v,5 expire u,6 data b" },
        { "RoomBcAck", "1 rid v,2 msgid v,3 code u,4 errmsg s" },
        { "RoomUsrNum", "1 rid v,2 num u" },
        { "OnlineAckG1", "1 uid v,2 sid v,3 app s,4 version s,5 terminal u?,6 code u,7 errmsg s" },
        { "AllocSeqG1", "1 uid v,2 num u" },
        { "AllocSeqAckG1", "1 uid v,2 seq v,3 num u,4 code u,5 errmsg s" },
        { "RoomCreatG1", "1 uid v,2 rid v,3 name s,4 desc s" },
        { "RoomBcG1", "1 rid v,2 level u,3 time v,4 expire u,5 data b" },
        { "RoomBcAckG1", "1 rid v,2 code u,3 errmsg s" },
        { "RoomNotificationG1", "1 uid v" },
    };

    private static IEnumerable<MessageDescriptor> Messages => Files.SelectMany(file => file.MessageTypes);

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_fields_are_those_of_the_table(string name, string table)
    {
        var fields = Messages.Single(message => message.Name == name).Fields.InFieldNumberOrder();
        Assert.Equal(table, string.Join(',', fields.Select(field => $"{field.FieldNumber} {field.Name} {Letter(field)}{(field.IsRequired ? "" : "?")}")));
    }

    [Fact]
    public void Every_message_is_in_the_tables() =>
        Assert.Equal(Messages.Select(message => message.Name).Order(), Tables.Select(row => row.Data.Item1).Order());

    [Fact]
    public void Every_factory_writes_every_required_field_also_when_it_is_empty()
    {
        foreach (var descriptor in Messages)
        {
            var factory = typeof(BeehiveBodies).GetMethod(descriptor.Name)!;
            var message = (IMessage)factory.Invoke(null, [.. factory.GetParameters().Select(Empty)])!;
            var bytes = message.ToByteArray();
            var fields = descriptor.Fields.InFieldNumberOrder().Where(field => field.IsRequired).ToList();
            Assert.Equal(fields.SelectMany(field => new[] { (byte)((field.FieldNumber << 3) | (Letter(field) is 's' or 'b' ? 2 : 0)), (byte)0 }), bytes);
            Assert.Equal(message, descriptor.Parser.ParseFrom(bytes));
        }
    }

    [Fact]
    public void A_body_without_a_required_field_is_refused()
    {
        var whole = BeehiveBodies.Online(1, 2, "", "", "");
        Assert.True(BeehiveBodies.TryParse(whole.ToByteArray(), Online.Parser, out _));
        foreach (var clear in new Action<Online>[] { m => m.ClearUid(), m => m.ClearSid(), m => m.ClearToken(), m => m.ClearApp(), m => m.ClearVersion() })
        {
            var part = whole.Clone();
            clear(part);
            Assert.False(BeehiveBodies.TryParse(part.ToByteArray(), Online.Parser, out var message));
            Assert.Null(message);
        }
        Assert.False(BeehiveBodies.TryParse([], Online.Parser, out _));
        Assert.True(BeehiveBodies.TryParse([], Sub.Parser, out var sub));
        Assert.Equal((false, 0u), (sub.HasCmd, sub.Cmd));
    }

    [Fact]
    public void Unknown_fields_are_ignored_and_kept()
    {
        byte[] bytes = [.. BeehiveBodies.Sync(5).ToByteArray(), 0x7a, 2, 1, 2];
        Assert.True(BeehiveBodies.TryParse(bytes, Sync.Parser, out var message));
        Assert.Equal(5ul, message.Uid);
        Assert.Equal(bytes, message.ToByteArray());
    }

    [Fact]
    public void A_mark_may_be_a_number_or_a_text()
    {
        Assert.True(BeehiveBodies.TryParseMarkAdd(Hex.Bytes("08 01 10 02 18 AC 02"), out var message));
        Assert.Equal((1ul, 2ul, "300"), (message.Suid, message.Duid, message.Mark));
        Assert.True(BeehiveBodies.TryParseMarkAdd(Hex.Bytes("08 01 10 02 1A 02 68 69"), out message));
        Assert.Equal((1ul, 2ul, "hi"), (message.Suid, message.Duid, message.Mark));
        Assert.False(BeehiveBodies.TryParseMarkAdd(Hex.Bytes("08 01 10 02"), out _));
        Assert.False(BeehiveBodies.TryParseMarkAdd(Hex.Bytes("08 01 18 01"), out _));
        Assert.False(BeehiveBodies.TryParseMarkAdd(Hex.Bytes("08 01 10 02 1D 00 00 00 00"), out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(0, 24)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                if (random.Next(3) > 0)
                    bytes[i] = (byte)random.Next(0, 45);
            }
            var isMark = BeehiveBodies.TryParse(bytes, MarkAdd.Parser, out _) || BeehiveBodies.TryParse(bytes, MarkAddText.Parser, out _);
            Assert.Equal(isMark, BeehiveBodies.TryParseMarkAdd(bytes, out _));
            Assert.False(BeehiveBodies.TryParse(bytes, OnlineAck.Parser, out var message) && message.CalculateSize() < 16);
        }
    }

    private static char Letter(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.UInt64 => 'v',
        FieldType.UInt32 => 'u',
        FieldType.String => 's',
        FieldType.Bytes => 'b',
        _ => 'x',
    };

    private static object? Empty(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue)
            return null;
        if (parameter.ParameterType == typeof(string))
            return "";
        return parameter.ParameterType == typeof(ByteString) ? ByteString.Empty : Activator.CreateInstance(parameter.ParameterType);
    }
}
