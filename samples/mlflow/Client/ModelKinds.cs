// SPDX-License-Identifier: MIT
using Mlflow.Entities;

namespace Mlflow;

/// <summary>A model with code of the user's own; MLflow's <c>PythonModel</c>.</summary>
public abstract class CustomModel
{
    /// <summary>Answers one input.</summary>
    public abstract string Predict(string input);
}

/// <summary>A model that continues a conversation with one message.</summary>
public abstract class ChatModel
{
    /// <summary>The next message.</summary>
    public abstract ChatMessage Predict(IReadOnlyList<ChatMessage> messages);
}

/// <summary>A model that may answer a conversation with several messages.</summary>
public abstract class ChatAgent
{
    /// <summary>The next messages.</summary>
    public abstract IReadOnlyList<ChatMessage> Predict(IReadOnlyList<ChatMessage> messages);
}

/// <summary>A model that answers in the form of a responses interface.</summary>
public abstract class ResponsesAgent
{
    /// <summary>The answer to a request; both are JSON.</summary>
    public abstract string Predict(string request);
}

/// <summary>The kinds of models that are told apart; their names are those of the foundation review.</summary>
static class ModelKinds
{
    /// <summary>The kind of a model; the name of the user's own class is never used.</summary>
    public static string Of(object model) => model switch
    {
        string => "string",
        CustomModel => "PythonModel",
        ChatModel => "ChatModel",
        ChatAgent => "ChatAgent",
        ResponsesAgent => "ResponsesAgent",
        _ => "object",
    };
}
