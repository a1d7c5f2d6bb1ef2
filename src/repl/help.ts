/** The text of `.help` before the list of commands. */
export const HELP = `You can use:
  model     the loaded model: await model.generate([{ id: 'q1', messages }], { samples: 5, temperature: 1 })
            scoreOptions, trainLora, gradientFeatures, countTokens
            await model.live() is the transformers module
  ask       await ask('What is the capital of France?')
  rt        the runtime: loadModel, embed, info
  data      await data('atlas', { limit: 20 })
            with --run: data.config, await data.results(), await data.rows('selection/influence.jsonl')
  initial   with --run: the model before the tuning
  py        Python: const torch = await py.import('torch'); await py\`1 + 1\`
  grait     everything the package exports

await on a stream gives all its rows. Ctrl-C cancels the running call and keeps the session. Ctrl-D leaves.

Commands:`
