// The six examples of the two model pages, word for word: what each prints is in `console`.
// developers.cloudflare.com/ai/models/openai/gpt-5.5-pro/ and …/gpt-5.5/

export const documents = {
  async usage(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5-pro',
      {
        input: 'What are the three laws of thermodynamics?',
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },

  async withInstructions(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5-pro',
      {
        input: 'How do I read a JSON file in Python?',
        instructions: 'You are a helpful coding assistant specializing in Python.',
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },

  async multiTurn(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5-pro',
      {
        input: [
          {
            role: 'user',
            content:
              'I need help planning a road trip from San Francisco to Los Angeles.',
          },
          {
            role: 'assistant',
            content:
              "I'd be happy to help! The drive is about 380 miles and takes roughly 5-6 hours. Would you like suggestions for scenic routes or interesting stops along the way?",
          },
          {
            role: 'user',
            content: 'Yes, what are some good places to stop?',
          },
        ],
        max_output_tokens: 150,
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },

  async temperature(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5-pro',
      {
        input: 'Write a haiku about artificial intelligence',
        temperature: 1,
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },

  async withReasoning(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5-pro',
      {
        input:
          'Solve this problem step by step: A train leaves Chicago at 60mph heading east. Another train leaves New York at 80mph heading west. They are 900 miles apart. When do they meet?',
        reasoning: {
          effort: 'medium',
        },
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },

  async chat(env, console) {
    const response = await env.AI.run(
      'openai/gpt-5.5',
      {
        messages: [
          {
            role: 'user',
            content: 'What are the three laws of thermodynamics?',
          },
        ],
      },
      {
        gateway: { id: 'default' },
      }
    )
    console.log(response)
  },
};
