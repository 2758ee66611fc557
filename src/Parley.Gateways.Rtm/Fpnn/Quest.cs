using Parley.Core.Projects;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>One request of a peer, to be answered once. Answers to one-way quests are dropped.</summary>
/// <param name="Peer">Who asks.</param>
/// <param name="Method">What is asked.</param>
/// <param name="Sequence">The peer's number for the quest.</param>
/// <param name="Encoding">The encoding of the quest, and so of the answer.</param>
/// <param name="IsTwoWay">Whether an answer is expected.</param>
internal readonly record struct Quest(FpnnPeer Peer, QuestMethod Method, uint Sequence, FpnnEncoding Encoding, bool IsTwoWay)
{
    /// <summary>The project whose back end asks; null where sessions ask.</summary>
    public Project? Project { get; init; }

    /// <summary>Answers with an empty map.</summary>
    public void Answer() => BeginAnswer(0).Send();

    /// <summary>Begins an answer whose payload is a map of this many entries. No await until <see cref="AnswerWriter.Send"/>.</summary>
    public AnswerWriter BeginAnswer(int entries) => new(this, entries);

    /// <summary>Answers with an error.</summary>
    public void Fail(int code, string text, string? raiser = null)
    {
        Method.CountFailure();
        if (IsTwoWay)
            Peer.SendError(Sequence, Encoding, code, text, raiser);
    }

    /// <summary>Answers with the error of a parameter (10005, 10009, 10010).</summary>
    public ValueTask Reject(in FpnnParameters parameters)
    {
        Fail(parameters.Error, parameters.ErrorText);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Writes the payload of one answer into a buffer of the thread.</summary>
internal ref struct AnswerWriter
{
    [ThreadStatic]
    private static PooledBufferWriter? _buffer;

    private readonly Quest _quest;
    private readonly PooledBufferWriter _output;
    private readonly int _start;
    private MessagePackWriter _writer;

    internal AnswerWriter(Quest quest, int entries)
    {
        _quest = quest;
        _output = _buffer ??= new PooledBufferWriter(4096);
        _output.Clear();
        _start = FpnnWriter.BeginAnswer(_output, quest.Sequence, error: false);
        _writer = new MessagePackWriter(_output);
        _writer.WriteMapHeader(entries);
    }

    public void Write(ReadOnlySpan<byte> key, long value)
    {
        _writer.WriteString(key);
        _writer.Write(value);
    }

    public void Write(ReadOnlySpan<byte> key, bool value)
    {
        _writer.WriteString(key);
        _writer.Write(value);
    }

    public void Write(ReadOnlySpan<byte> key, double value)
    {
        _writer.WriteString(key);
        _writer.Write(value);
    }

    public void Write(ReadOnlySpan<byte> key, string value)
    {
        _writer.WriteString(key);
        _writer.WriteString(value);
    }

    public void Write(ReadOnlySpan<byte> key, IReadOnlyList<long> values)
    {
        _writer.WriteString(key);
        _writer.WriteArrayHeader(values.Count);
        for (var i = 0; i < values.Count; i++)
            _writer.Write(values[i]);
    }

    public void WriteArray(ReadOnlySpan<byte> key, int count)
    {
        _writer.WriteString(key);
        _writer.WriteArrayHeader(count);
    }

    public void WriteMap(ReadOnlySpan<byte> key, int count)
    {
        _writer.WriteString(key);
        _writer.WriteMapHeader(count);
    }

    public void BeginArray(int count) => _writer.WriteArrayHeader(count);

    public void BeginMap(int count) => _writer.WriteMapHeader(count);

    public void Value(long value) => _writer.Write(value);

    public void Value(bool value) => _writer.Write(value);

    public void Value(ReadOnlySpan<byte> text) => _writer.WriteString(text);

    public void Value(string text) => _writer.WriteString(text);

    public void Binary(ReadOnlySpan<byte> bytes) => _writer.WriteBinary(bytes);

    /// <summary>Writes the body of a message as history shows it.</summary>
    public void Stored(Core.Messaging.Message message, RtmProfile profile) =>
        RtmContent.WriteStored(ref _writer, message, profile);

    /// <summary>Writes <c>info</c>: a map from id (text) to open info.</summary>
    public void WriteInfos(IReadOnlyList<(long Id, string OpenInfo)> infos)
    {
        WriteMap("info"u8, infos.Count);
        foreach (var (id, info) in infos)
        {
            _writer.WriteString(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _writer.WriteString(info);
        }
    }

    /// <summary>Sends the answer.</summary>
    public void Send()
    {
        _writer.Flush();
        _quest.Method.CountAnswer();
        if (!_quest.IsTwoWay)
            return;
        FpnnWriter.End(_output, _start);
        if (_quest.Encoding == FpnnEncoding.MessagePack)
            _quest.Peer.Send(_output.WrittenSpan);
        else
            _quest.Peer.SendAsJson(_quest.Sequence, _output.WrittenSpan[(FpnnFraming.HeaderLength + sizeof(uint))..]);
    }
}
